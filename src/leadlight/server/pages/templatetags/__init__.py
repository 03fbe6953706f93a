"""Words of the pages' templates."""
