-- What services say of works, beside what articles say; never mixed with it. The same tables stand
-- in the ledger of a folder of fetched articles, from which a build takes them over.

CREATE TABLE outside (
    work    TEXT NOT NULL,           -- "doi:…", as it was asked for
    service TEXT NOT NULL,           -- crossref or opencitations
    looked  TEXT NOT NULL,           -- UTC, ISO 8601
    said    TEXT,                    -- JSON object; NULL where the service does not know the work
    PRIMARY KEY (work, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE outside_notices (
    work     TEXT NOT NULL,          -- that the notice is about
    service  TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    other    TEXT,                   -- "doi:…" of the notice
    PRIMARY KEY (work, service, position),
    FOREIGN KEY (work, service) REFERENCES outside (work, service) ON DELETE CASCADE
) STRICT, WITHOUT ROWID
