"""Pure analysis of text, used by every room above."""
