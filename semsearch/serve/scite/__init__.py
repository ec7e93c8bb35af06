"""Routes for clients of scite; see docs/compatibility.md."""
