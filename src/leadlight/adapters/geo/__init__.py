"""Pictures from above, footprints of buildings, and extracts of OpenStreetMap, read from files."""
