"""Live: what happens is taken in, the leads it touches are qualified, and what changed is told."""
