"""The version of this package, by itself so that every layer may tell it."""

__version__ = "0.1.0"
