"""Plug-ins that add facts, and what they are asked of a base."""
