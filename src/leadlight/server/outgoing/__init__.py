"""Transitions on their way to other systems: signed webhooks, and messages through Apprise."""
