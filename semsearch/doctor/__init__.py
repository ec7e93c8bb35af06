"""Whether an installation and an index are fit to work, and what to do where they are not."""
