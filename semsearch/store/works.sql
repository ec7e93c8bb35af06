-- What the references lead to, derived from papers and cited_works and made again at every build
-- that changed them.

CREATE TABLE works (                 -- one row a target; what is known of it, chosen by rule
    id        TEXT PRIMARY KEY,      -- of the paper of the corpus, else "doi:…", "pmid:…", "pmcid:…", "arxiv:…", else "work:" and a digest
    doi       TEXT,
    pmid      TEXT,
    pmcid     TEXT,
    arxiv     TEXT,
    title     TEXT,
    year      INTEGER,
    journal   TEXT,
    authors   TEXT NOT NULL,         -- JSON array of {family, given, orcid}
    in_corpus INTEGER NOT NULL       -- 1 where the corpus holds its full text
) STRICT, WITHOUT ROWID;
CREATE INDEX works_doi ON works (doi);

CREATE TABLE work_names (            -- every identifier that leads to a work, its own among them
    name TEXT PRIMARY KEY,           -- "doi:…", "pmid:…", "pmcid:…", "arxiv:…", or the id of a paper
    work TEXT NOT NULL REFERENCES works (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX work_names_work ON work_names (work);

CREATE TABLE resolutions (           -- which work an entry of a reference list is
    paper  TEXT NOT NULL,
    key    TEXT NOT NULL,
    work   TEXT NOT NULL REFERENCES works (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    method TEXT NOT NULL,            -- identifier, title, place, or alone
    score  REAL NOT NULL,            -- 0–1, how sure
    PRIMARY KEY (paper, key),
    FOREIGN KEY (paper, key) REFERENCES cited_works (paper, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX resolutions_work ON resolutions (work);

CREATE TABLE link_conflicts (        -- identifiers that references join and that were kept apart
    one        TEXT NOT NULL,        -- such as "doi:10.5555/x"
    other      TEXT NOT NULL,        -- such as "pmid:123", or the id of the work that was taken instead
    reason     TEXT NOT NULL,        -- two_identifiers, undecided, titles, wrong, or same_title
    mentions   INTEGER NOT NULL,     -- references and papers that join them
    PRIMARY KEY (one, other, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE works_made (            -- one row once works and resolutions were written
    rules     TEXT NOT NULL,         -- version of the rules that made them; empty when papers changed since
    papers    TEXT NOT NULL          -- SHA-256 over the papers of the corpus and their files, a space, and what no other writing has
) STRICT;

ALTER TABLE citations ADD COLUMN self_certainty TEXT;  -- certain, by_name, or ambiguous; NULL unless self_citation is 1
ALTER TABLE citations ADD COLUMN journal_sc INTEGER;   -- 1 same journal, 0 another, NULL not known
