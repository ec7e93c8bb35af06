"""What to cite at a place of a text."""
