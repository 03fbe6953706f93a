"""What pictures and maps say of the buildings of leads."""
