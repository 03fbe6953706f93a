"""Where a request of the web side finds the session and the keys: names of its WSGI environment."""

SESSION, KEYS = "leadlight.session", "leadlight.keys"
