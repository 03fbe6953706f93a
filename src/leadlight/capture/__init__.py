"""Capture pages: what a form asks, and what comes next."""
