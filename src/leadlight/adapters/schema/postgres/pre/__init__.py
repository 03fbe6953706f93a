"""Applied before new code runs: what is added."""
