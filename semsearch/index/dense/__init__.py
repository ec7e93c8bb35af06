"""Dense indexes: unit vectors in, the nearest rows out; their number decides on the kind."""
