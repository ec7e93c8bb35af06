"""The words of the corpus, read in one pass: lexical indexes and abbreviations."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from semsearch.encode.recipe import abstract_text, plain_text
from semsearch.index.layout import GenerationLayout, replace_file
from semsearch.index.lexical import write_lexical
from semsearch.language.abbreviations import AbbreviationMiner
from semsearch.language.tokens import lexical_tokens
from semsearch.store.citing import citing_titles
from semsearch.store.database import Database
from semsearch.store.reading import live_abstracts, live_statements

#: Raised when tokens, postings or columns of the same corpus change.
WORDS_VERSION = "5"
_LOT = 2000  # statements read from the store at once


def write_words(
    layout: GenerationLayout, database: Database, advance: Callable[[int], None]
) -> None:
    """Write the lexical indexes and the abbreviations of the corpus.

    The rows are those of the dense indexes: statements by id, abstracts by paper id; those of
    titles are the papers that have a statement or an abstract, by id.

    Args:
        layout: where to.
        database: the store.
        advance: is told how many texts more were read.

    Raises:
        OSError: the disk is full.
    """
    miner = AbbreviationMiner()
    contexts: list[list[str]] = []

    def statements() -> Iterator[list[str]]:
        after = ""
        while lot := live_statements(database, after=after, limit=_LOT):
            for statement, _ in lot:
                for text in (statement.before, statement.text):
                    if text:
                        miner.read(statement.paper, text)
                tokens = lexical_tokens(plain_text(statement.text, statement.markers))
                contexts.append(lexical_tokens(statement.before or "") + tokens)
                yield tokens
            after = lot[-1][0].id
            advance(len(lot))

    titles = citing_titles(database)

    def abstracts() -> Iterator[list[str]]:
        for identity, title, abstract in live_abstracts(database):
            titles[identity] = title or ""
            miner.read(identity, abstract)
            advance(1)
            yield lexical_tokens(abstract_text(title, abstract))

    write_lexical(layout.lexical("statements"), statements())
    write_lexical(layout.lexical("contexts"), contexts)
    write_lexical(layout.lexical("abstracts"), abstracts())
    write_lexical(layout.lexical("titles"), (lexical_tokens(t) for _, t in sorted(titles.items())))
    replace_file(layout.abbreviations, miner.table().as_json())
