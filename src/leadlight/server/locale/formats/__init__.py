"""How numbers are written in a language."""
