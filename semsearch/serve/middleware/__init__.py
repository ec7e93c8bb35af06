"""What happens to every request around its route; all of it plain ASGI, so that answers stream."""
