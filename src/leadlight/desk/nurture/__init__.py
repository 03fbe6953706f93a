"""Nurture: tracks, what is owed, and mails that go out."""
