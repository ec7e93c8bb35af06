"""BioC, XML and JSON, as PMC gives it."""
