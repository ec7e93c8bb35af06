-- What a person said of the type of a citation; it wins over labels of the input and the model.

CREATE TABLE type_corrections (
    statement TEXT NOT NULL,
    reference TEXT NOT NULL,         -- key in cited_works of the statement's paper
    type      TEXT NOT NULL,
    PRIMARY KEY (statement, reference)
) STRICT, WITHOUT ROWID;
