"""Citation types: what a statement says of the works it cites."""
