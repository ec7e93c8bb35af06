"""Routes for clients of Semantic Scholar; see docs/compatibility.md."""
