"""Texts that somebody is writing, kept until they are published: no fact is among them."""
