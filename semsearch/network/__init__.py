"""Connections to other machines: which addresses may be asked, and how one is reached."""
