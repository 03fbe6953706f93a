"""The parts of the demo company: words, people, faults, behaviour, sales and spend."""
