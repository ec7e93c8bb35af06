"""Web pages for people: the same data as the JSON API, as HTML that works without JavaScript."""
