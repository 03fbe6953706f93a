"""Is this contact real? Pure rules over values; the answers become facts."""
