"""Indexes derived from the store: built, published, checked."""
