"""Backups of an index folder: taken while it is served and built into, restored whole or not."""
