-- The store: the only source of truth. Vectors and indexes are derived from it.
-- Missing is NULL. JSON columns hold small lists that are only read whole.

CREATE TABLE files (
    name       TEXT PRIMARY KEY,     -- package, or package!member
    package    TEXT NOT NULL,
    member     TEXT,
    sha256     TEXT,                 -- of the XML bytes; NULL where there were none
    reader     TEXT NOT NULL,        -- format and version of the reader, such as "jats 1"
    paper      TEXT,                 -- the paper it gave; NULL when it failed
    error      TEXT,                 -- why it gave none
    statements INTEGER NOT NULL,
    xrefs      INTEGER NOT NULL,
    expanded   INTEGER NOT NULL,
    citations  INTEGER NOT NULL,
    excluded   TEXT NOT NULL,        -- JSON object: reason → count
    warnings   TEXT NOT NULL         -- JSON array
) STRICT;
CREATE INDEX files_paper ON files (paper);

CREATE TABLE papers (
    id                TEXT PRIMARY KEY,
    doi               TEXT,
    pmid              TEXT,
    pmcid             TEXT,
    title             TEXT,
    abstract          TEXT NOT NULL, -- JSON array of {heading, text}
    year              INTEGER,
    journal           TEXT,
    publisher         TEXT,
    publication_types TEXT NOT NULL, -- JSON array
    authors           TEXT NOT NULL, -- JSON array of {family, given, orcid}
    license           TEXT,
    package           TEXT NOT NULL,
    member            TEXT,
    sha256            TEXT NOT NULL,
    format            TEXT NOT NULL,
    first_seen        INTEGER NOT NULL,
    last_seen         INTEGER        -- NULL while the paper is in the corpus
) STRICT;
CREATE INDEX papers_doi ON papers (doi);

CREATE TABLE notices (
    paper    TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    issued   INTEGER NOT NULL,       -- 1 in the notice itself, 0 in the paper it is about
    other    TEXT,                   -- paper id of the other end
    PRIMARY KEY (paper, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_other ON notices (other);

CREATE TABLE cited_works (           -- the entries of reference lists
    paper    TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    key      TEXT NOT NULL,
    position INTEGER NOT NULL,
    label    TEXT,
    doi      TEXT,
    pmid     TEXT,
    pmcid    TEXT,
    arxiv    TEXT,
    title    TEXT,
    year     INTEGER,
    journal  TEXT,
    authors  TEXT NOT NULL,          -- JSON array
    raw      TEXT NOT NULL,
    PRIMARY KEY (paper, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE statements (
    id         TEXT PRIMARY KEY,
    paper      TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    ordinal    INTEGER NOT NULL,
    text       TEXT NOT NULL,
    before     TEXT,
    after      TEXT,
    heading    TEXT,
    section    TEXT NOT NULL,
    place      TEXT NOT NULL,
    markers    TEXT NOT NULL,        -- JSON array of {start, end, references, superscript}
    path       TEXT NOT NULL,        -- XPath of the element in the source file
    start      INTEGER NOT NULL,     -- offsets into string(path)
    "end"      INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,     -- generation that first held it
    last_seen  INTEGER               -- generation that last held it; NULL while it is there
) STRICT;
CREATE INDEX statements_paper ON statements (paper, ordinal);
CREATE INDEX statements_live ON statements (id) WHERE last_seen IS NULL;

CREATE TABLE citations (
    statement     TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    reference     TEXT NOT NULL,     -- key in cited_works of the statement's paper
    position      INTEGER NOT NULL,  -- reading order inside the statement
    marker        INTEGER NOT NULL,
    target        TEXT,              -- paper id of the cited work
    type          TEXT NOT NULL,
    confidence    REAL,
    decided_by    TEXT,
    self_citation INTEGER,
    PRIMARY KEY (statement, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX citations_target ON citations (target);
