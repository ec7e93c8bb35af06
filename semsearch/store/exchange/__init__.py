"""The store as JSON Lines, written and read back; the form is in ``docs/store-export.md``."""
