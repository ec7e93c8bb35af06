"""The lexical index: texts found by their words, scored by BM25."""
