"""TEI as GROBID writes it."""

from semsearch.parse.tei.reader import read_tei

__all__ = ["read_tei"]
