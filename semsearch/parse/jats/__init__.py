"""JATS: the articles of PMC, Europe PMC and most publishers."""

from semsearch.parse.jats.reader import read_jats

__all__ = ["read_jats"]
