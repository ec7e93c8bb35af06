"""S2ORC and its kin: full texts as JSON, in paragraphs with offsets."""
