"""Questions to the world outside, asked only when the user switched them on: `dns` asks whether a
domain accepts mail.
"""
