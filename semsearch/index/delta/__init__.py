"""A generation of base and delta: a few papers came or went, and most files stay as they are."""
