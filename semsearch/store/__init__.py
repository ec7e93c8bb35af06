"""The SQLite store, the only source of truth."""
