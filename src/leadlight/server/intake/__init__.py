"""Intake: what senders say, in the forms they speak, as events."""
