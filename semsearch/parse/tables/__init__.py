"""Statements that somebody has found already: tables, and the citations of Semantic Scholar."""
