"""Capture pages: forms that anybody may fill in, and the links that mails carry."""
