"""Adapting the embedder to a corpus."""
