"""Reports of papers: tallies, statements, themes, and a summary in plain words."""
