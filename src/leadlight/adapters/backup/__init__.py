"""A workspace as one archive: written whole, and restored only when every byte is as it was."""
