"""Mails: what they say, how they are built, how they are handed over, and who may send them."""
