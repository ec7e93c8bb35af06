"""PubMed, as XML and as .nbib: abstracts, reference lists and notices, no full texts."""
