-- What was asked for, fetched and refused in a folder; lies in it as fetched.sqlite, beside the
-- tables of store/outside.sql. Times are UTC, ISO 8601.

CREATE TABLE articles (
    id      TEXT PRIMARY KEY,        -- PMCID
    service TEXT NOT NULL,           -- europepmc or pmc
    version INTEGER NOT NULL,        -- of the article; a higher one replaces it
    url     TEXT NOT NULL,           -- what is asked
    file    TEXT NOT NULL,           -- name in the folder
    before  TEXT,                    -- that of an earlier version, which goes when this one is there
    doi     TEXT,
    licence TEXT,                    -- as the service says
    md5     TEXT,                    -- that the file must have; NULL where the service does not say
    state   TEXT NOT NULL,           -- wanted, fetched, skipped (for good), failed (tried again), passed
    reason  TEXT,                    -- why it was skipped or failed
    bytes   INTEGER,
    sha256  TEXT,
    fetched TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE searches (              -- listings that were begun and not ended
    id       INTEGER PRIMARY KEY,
    query    TEXT NOT NULL UNIQUE,
    cursor   TEXT NOT NULL,          -- of the next page
    found    INTEGER NOT NULL,       -- hits, as the service says
    passed   INTEGER NOT NULL,       -- hits that are no open full text
    listed   INTEGER NOT NULL        -- 1 when there is no next page
) STRICT;

CREATE TABLE hits (                  -- articles of a listing, in its order
    search   INTEGER NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    article  TEXT NOT NULL,
    PRIMARY KEY (search, position),
    UNIQUE (search, article)
) STRICT, WITHOUT ROWID
