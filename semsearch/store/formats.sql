-- What formats beside JATS tell.

ALTER TABLE papers ADD COLUMN corpusid TEXT;       -- number of Semantic Scholar
ALTER TABLE cited_works ADD COLUMN corpusid TEXT;  -- the same, of an entry
ALTER TABLE statements ADD COLUMN boxes TEXT;      -- JSON array of {page, x, y, width, height}; NULL without
ALTER TABLE citations ADD COLUMN intents TEXT;     -- JSON array, as the input has them; NULL without
