"""Applied after: removals and indexes."""
