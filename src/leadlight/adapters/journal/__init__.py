"""What arrived and is not taken yet, on disk before the sender is answered."""
