BEGIN TRANSACTION;
CREATE TABLE citations (
    statement     TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
    reference     TEXT NOT NULL,     
    position      INTEGER NOT NULL,  
    marker        INTEGER NOT NULL,
    target        TEXT,              
    type          TEXT NOT NULL,
    confidence    REAL,
    decided_by    TEXT,
    self_citation INTEGER, self_certainty TEXT, journal_sc INTEGER, intents TEXT,
    PRIMARY KEY (statement, reference)
) STRICT, WITHOUT ROWID;
INSERT INTO "citations" VALUES('sul5ebgzxic4jqp2','B2',1,0,'doi:10.5555/cited.2','mentioning',0.9934,'citation-types dea0d8085a2d at 0.7',NULL,NULL,NULL,NULL);
INSERT INTO "citations" VALUES('sul5ebgzxic4jqp2','B3',2,1,'doi:10.5555/cited.3','mentioning',0.9934,'citation-types dea0d8085a2d at 0.7',NULL,NULL,NULL,NULL);
INSERT INTO "citations" VALUES('uphfkceiwhtd5zku','B1',0,0,'doi:10.5555/cited.1','contrasting',NULL,'person',NULL,NULL,NULL,NULL);
INSERT INTO "citations" VALUES('wqz7nt6bvbsvrjhf','B1',0,0,'doi:10.5555/cited.1','mentioning',0.9934,'citation-types dea0d8085a2d at 0.7',NULL,NULL,NULL,NULL);
CREATE TABLE cited_works (           
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
    authors  TEXT NOT NULL,          
    raw      TEXT NOT NULL, corpusid TEXT,
    PRIMARY KEY (paper, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "cited_works" VALUES('doi:10.5555/store.one','B1',0,'1','10.5555/cited.1',NULL,NULL,NULL,'Cited work 1',2001,NULL,'[]','Cited work 1. 2001.',NULL);
INSERT INTO "cited_works" VALUES('doi:10.5555/store.one','B2',1,'2','10.5555/cited.2',NULL,NULL,NULL,'Cited work 2',2001,NULL,'[]','Cited work 2. 2001.',NULL);
INSERT INTO "cited_works" VALUES('doi:10.5555/store.one','B3',2,'3','10.5555/cited.3',NULL,NULL,NULL,'Cited work 3',2001,NULL,'[]','Cited work 3. 2001.',NULL);
INSERT INTO "cited_works" VALUES('doi:10.5555/store.two','B1',0,'1','10.5555/cited.1',NULL,NULL,NULL,'Cited work 1',2001,NULL,'[]','Cited work 1. 2001.',NULL);
CREATE TABLE files (
    name       TEXT PRIMARY KEY,     
    package    TEXT NOT NULL,
    member     TEXT,
    sha256     TEXT,                 
    reader     TEXT NOT NULL,        
    paper      TEXT,                 
    error      TEXT,                 
    statements INTEGER NOT NULL,
    xrefs      INTEGER NOT NULL,
    expanded   INTEGER NOT NULL,
    citations  INTEGER NOT NULL,
    excluded   TEXT NOT NULL,        
    warnings   TEXT NOT NULL         
) STRICT;
INSERT INTO "files" VALUES('@ARTICLES@/one.xml','@ARTICLES@/one.xml',NULL,'d89f0674e63d6b49558163d2d05618910df9f9535691f37929bc41d0ce6245ae','jats 2','doi:10.5555/store.one',NULL,2,3,0,3,'{}','[]');
INSERT INTO "files" VALUES('@ARTICLES@/three.xml','@ARTICLES@/three.xml',NULL,'83715f80d5c1a94efe70b329d4b239392f0b7f15375181a45bca491db506673f','jats 2',NULL,'line 1, column 10: not well-formed XML (Premature end of data in tag article line 1), expected a JATS article',0,0,0,0,'{}','[]');
INSERT INTO "files" VALUES('@ARTICLES@/two.xml','@ARTICLES@/two.xml',NULL,'436aceafd558519c32cad0f0953273d5dcdf80239893342b2b86b5b116be911c','jats 2','doi:10.5555/store.two',NULL,1,1,0,1,'{}','[]');
CREATE TABLE link_conflicts (        
    one        TEXT NOT NULL,        
    other      TEXT NOT NULL,        
    reason     TEXT NOT NULL,        
    mentions   INTEGER NOT NULL,     
    PRIMARY KEY (one, other, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE notices (
    paper    TEXT NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    issued   INTEGER NOT NULL,       
    other    TEXT,                   
    PRIMARY KEY (paper, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "notices" VALUES('doi:10.5555/store.one',0,'retraction',0,'doi:10.5555/taken.back');
CREATE TABLE papers (
    id                TEXT PRIMARY KEY,
    doi               TEXT,
    pmid              TEXT,
    pmcid             TEXT,
    title             TEXT,
    abstract          TEXT NOT NULL, 
    year              INTEGER,
    journal           TEXT,
    publisher         TEXT,
    publication_types TEXT NOT NULL, 
    authors           TEXT NOT NULL, 
    license           TEXT,
    package           TEXT NOT NULL,
    member            TEXT,
    sha256            TEXT NOT NULL,
    format            TEXT NOT NULL,
    first_seen        INTEGER NOT NULL,
    last_seen         INTEGER        
, corpusid TEXT) STRICT;
INSERT INTO "papers" VALUES('doi:10.5555/store.one','10.5555/store.one',NULL,NULL,'A synthetic article','[{"heading":null,"text":"IL-6 rises in EMT."}]',2020,'Journal of Tests',NULL,'["research-article"]','[]',NULL,'@ARTICLES@/one.xml',NULL,'d89f0674e63d6b49558163d2d05618910df9f9535691f37929bc41d0ce6245ae','jats',1,NULL,NULL);
INSERT INTO "papers" VALUES('doi:10.5555/store.two','10.5555/store.two',NULL,NULL,'A synthetic article','[]',2020,'Journal of Tests',NULL,'["research-article"]','[]',NULL,'@ARTICLES@/two.xml',NULL,'436aceafd558519c32cad0f0953273d5dcdf80239893342b2b86b5b116be911c','jats',1,NULL,NULL);
CREATE TABLE resolutions (           
    paper  TEXT NOT NULL,
    key    TEXT NOT NULL,
    work   TEXT NOT NULL REFERENCES works (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    method TEXT NOT NULL,            
    score  REAL NOT NULL,            
    PRIMARY KEY (paper, key),
    FOREIGN KEY (paper, key) REFERENCES cited_works (paper, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO "resolutions" VALUES('doi:10.5555/store.one','B1','doi:10.5555/cited.1','identifier',1.0);
INSERT INTO "resolutions" VALUES('doi:10.5555/store.one','B2','doi:10.5555/cited.2','identifier',1.0);
INSERT INTO "resolutions" VALUES('doi:10.5555/store.one','B3','doi:10.5555/cited.3','identifier',1.0);
INSERT INTO "resolutions" VALUES('doi:10.5555/store.two','B1','doi:10.5555/cited.1','identifier',1.0);
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
    markers    TEXT NOT NULL,        
    path       TEXT NOT NULL,        
    start      INTEGER NOT NULL,     
    "end"      INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,     
    last_seen  INTEGER               
, boxes TEXT) STRICT;
INSERT INTO "statements" VALUES('uphfkceiwhtd5zku','doi:10.5555/store.one',0,'EMT induces IL-6 [1].',NULL,'It does not in mice [2,3].',NULL,'other','paragraph','[{"start":18,"end":19,"references":["B1"],"superscript":false}]','/article/body/p',0,21,1,NULL,NULL);
INSERT INTO "statements" VALUES('sul5ebgzxic4jqp2','doi:10.5555/store.one',1,'It does not in mice [2,3].','EMT induces IL-6 [1].',NULL,NULL,'other','paragraph','[{"start":21,"end":22,"references":["B2"],"superscript":false},{"start":23,"end":24,"references":["B3"],"superscript":false}]','/article/body/p',22,48,1,NULL,NULL);
INSERT INTO "statements" VALUES('wqz7nt6bvbsvrjhf','doi:10.5555/store.two',0,'Rain fell on the wheat [1].',NULL,NULL,NULL,'other','paragraph','[{"start":24,"end":25,"references":["B1"],"superscript":false}]','/article/body/p',0,27,1,NULL,NULL);
CREATE TABLE type_corrections (
    statement TEXT NOT NULL,
    reference TEXT NOT NULL,         
    type      TEXT NOT NULL,
    PRIMARY KEY (statement, reference)
) STRICT, WITHOUT ROWID;
INSERT INTO "type_corrections" VALUES('uphfkceiwhtd5zku','B1','contrasting');
CREATE TABLE work_names (            
    name TEXT PRIMARY KEY,           
    work TEXT NOT NULL REFERENCES works (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
INSERT INTO "work_names" VALUES('doi:10.5555/cited.1','doi:10.5555/cited.1');
INSERT INTO "work_names" VALUES('doi:10.5555/cited.2','doi:10.5555/cited.2');
INSERT INTO "work_names" VALUES('doi:10.5555/cited.3','doi:10.5555/cited.3');
INSERT INTO "work_names" VALUES('doi:10.5555/store.one','doi:10.5555/store.one');
INSERT INTO "work_names" VALUES('doi:10.5555/store.two','doi:10.5555/store.two');
CREATE TABLE works (                 
    id        TEXT PRIMARY KEY,      
    doi       TEXT,
    pmid      TEXT,
    pmcid     TEXT,
    arxiv     TEXT,
    title     TEXT,
    year      INTEGER,
    journal   TEXT,
    authors   TEXT NOT NULL,         
    in_corpus INTEGER NOT NULL       
) STRICT, WITHOUT ROWID;
INSERT INTO "works" VALUES('doi:10.5555/cited.1','10.5555/cited.1',NULL,NULL,NULL,'Cited work 1',2001,NULL,'[]',0);
INSERT INTO "works" VALUES('doi:10.5555/cited.2','10.5555/cited.2',NULL,NULL,NULL,'Cited work 2',2001,NULL,'[]',0);
INSERT INTO "works" VALUES('doi:10.5555/cited.3','10.5555/cited.3',NULL,NULL,NULL,'Cited work 3',2001,NULL,'[]',0);
INSERT INTO "works" VALUES('doi:10.5555/store.one','10.5555/store.one',NULL,NULL,NULL,'A synthetic article',2020,'Journal of Tests','[]',1);
INSERT INTO "works" VALUES('doi:10.5555/store.two','10.5555/store.two',NULL,NULL,NULL,'A synthetic article',2020,'Journal of Tests','[]',1);
CREATE TABLE works_made (            
    rules     TEXT NOT NULL,         
    papers    TEXT NOT NULL          
) STRICT;
INSERT INTO "works_made" VALUES('works 2','fcbfa4813496e17056d36f80ebfd572623ed09cb12e4a7040e82995adeb33010');
CREATE INDEX files_paper ON files (paper);
CREATE INDEX papers_doi ON papers (doi);
CREATE INDEX notices_other ON notices (other);
CREATE INDEX statements_paper ON statements (paper, ordinal);
CREATE INDEX statements_live ON statements (id) WHERE last_seen IS NULL;
CREATE INDEX citations_target ON citations (target);
CREATE INDEX works_doi ON works (doi);
CREATE INDEX work_names_work ON work_names (work);
CREATE INDEX resolutions_work ON resolutions (work);
COMMIT;
PRAGMA user_version = 4;
