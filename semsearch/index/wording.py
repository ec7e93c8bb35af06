"""The words of the corpus, read in one pass: lexical indexes and abbreviations."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from semsearch.encode.recipe import abstract_text, plain_text
from semsearch.index.layout import GenerationLayout, replace_file
from semsearch.index.lexical.files import LexicalWriter
from semsearch.index.workers import uncollected
from semsearch.language.abbreviations import AbbreviationMiner
from semsearch.language.tokens import lexical_tokens
from semsearch.store.citing import citing_titles
from semsearch.store.database import Database
from semsearch.store.reading import live_abstracts, live_statements

#: Raised when tokens, postings or columns of the same corpus change.
WORDS_VERSION = "6"
_LOT = 2000  # statements read from the store at once


def write_words(task: tuple[Path, Path]) -> None:
    """Write the lexical indexes and the abbreviations of the corpus.

    The rows are those of the dense indexes: statements by id, abstracts by paper id; those of
    titles are the papers that have a statement or an abstract, by id.

    Args:
        task: the store and the folder of the generation that is written.

    Raises:
        OSError: the disk is full.
    """
    store, folder = task
    with closing(Database(store, read_only=True)) as database, uncollected():
        _write(GenerationLayout(folder), database)


def _write(layout: GenerationLayout, database: Database) -> None:
    miner = AbbreviationMiner()
    lexical = {kind: LexicalWriter() for kind in ("statements", "contexts", "abstracts", "titles")}
    after = ""
    while lot := live_statements(database, after=after, limit=_LOT):
        for statement, _ in lot:
            before = statement.before or ""
            for text in (before, statement.text):
                if text:
                    miner.read(statement.paper, text)
            tokens = lexical_tokens(plain_text(statement.text, statement.markers))
            lexical["statements"].add(tokens)
            lexical["contexts"].add(lexical_tokens(before) + tokens)
        after = lot[-1][0].id
    titles = citing_titles(database)
    for identity, title, abstract in live_abstracts(database):
        titles[identity] = title or ""
        miner.read(identity, abstract)
        lexical["abstracts"].add(lexical_tokens(abstract_text(title, abstract)))
    for _, title in sorted(titles.items()):
        lexical["titles"].add(lexical_tokens(title))
    for kind, writer in lexical.items():
        writer.write(layout.lexical(kind))
    replace_file(layout.abbreviations, miner.table().as_json())
