-- Saved searches and what was seen of them; lies beside the store, and builds never touch it.
-- Times are UTC, ISO 8601.

CREATE TABLE searches (
    id      TEXT PRIMARY KEY,        -- UUID
    kind    TEXT NOT NULL,           -- question or report
    query   TEXT NOT NULL,
    options TEXT NOT NULL,           -- JSON object
    name    TEXT NOT NULL,
    created TEXT NOT NULL
) STRICT;

CREATE TABLE looks (                 -- the last look at each
    search         TEXT PRIMARY KEY REFERENCES searches (id) ON DELETE CASCADE,
    looks          INTEGER NOT NULL, -- how many there were; tells whether another process looked
    looked         TEXT NOT NULL,
    generation     INTEGER NOT NULL,
    created        TEXT NOT NULL,    -- when the generation was published
    content_digest TEXT NOT NULL,
    digest         TEXT NOT NULL,    -- SHA-256 of verdict, evidence and notices
    verdict        TEXT,             -- NULL without a yes/no relation
    against        INTEGER NOT NULL  -- 1 where anything was ever seen that speaks against
) STRICT;

CREATE TABLE evidence (              -- every statement that was ever seen
    search    TEXT NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    statement TEXT NOT NULL,
    paper     TEXT NOT NULL,
    says      TEXT,                  -- stance or citation type
    present   INTEGER NOT NULL,      -- 1 at the last look
    PRIMARY KEY (search, statement)
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (               -- every notice that was ever seen
    search TEXT NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    paper  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    other  TEXT NOT NULL,            -- '' where the notice has no identifier
    PRIMARY KEY (search, paper, kind, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE news (                  -- what looks found; never changed
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE, -- UUID
    search     TEXT NOT NULL REFERENCES searches (id) ON DELETE CASCADE,
    found      TEXT NOT NULL,
    generation INTEGER NOT NULL,
    published  TEXT NOT NULL,
    changes    TEXT NOT NULL         -- JSON object
) STRICT;
CREATE INDEX news_search ON news (search, number);

CREATE TABLE deliveries (            -- written after the news was delivered
    news      INTEGER NOT NULL REFERENCES news (number) ON DELETE CASCADE,
    channel   TEXT NOT NULL,         -- print, mail or webhook
    delivered TEXT NOT NULL,
    PRIMARY KEY (news, channel)
) STRICT, WITHOUT ROWID
