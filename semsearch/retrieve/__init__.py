"""From a query to candidates and what is shown of them."""
