"""The words of the corpus, read in one pass: lexical indexes and abbreviations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from semsearch.encode.recipe import abstract_text, plain_text
from semsearch.errors import DamageError
from semsearch.index.layout import GenerationLayout, replace_file
from semsearch.index.lexical.files import LexicalWriter
from semsearch.index.workers import uncollected
from semsearch.language.abbreviations import (
    AbbreviationMiner,
    Definitions,
    changed_json,
    senses_json,
)
from semsearch.language.tokens import lexical_tokens
from semsearch.records import Statement
from semsearch.store.citing import citing_titles
from semsearch.store.database import Database
from semsearch.store.reading import live_abstracts, live_statements, live_statements_of

#: Raised when tokens, postings or columns of the same corpus change.
WORDS_VERSION = "6"
#: What has a lexical index; rows of "contexts" are statements with the sentence before.
LEXICAL_KINDS = ("statements", "contexts", "abstracts", "titles")
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


@dataclass(frozen=True, slots=True)
class PaperWords:
    """The words of some papers.

    ``tokens``: by kind of lexical index, by id of the row, tokens in order. ``definitions``: of
    short forms.
    """

    tokens: dict[str, dict[str, list[str]]]
    definitions: Definitions


def words_of_papers(database: Database, papers: Sequence[str]) -> PaperWords:
    """The words of some papers, as ``write_words`` has them; none of those that are not held."""
    found = PaperWords({kind: {} for kind in LEXICAL_KINDS}, Definitions())
    definitions = _read(
        live_statements_of(database, papers),
        live_abstracts(database, papers),
        citing_titles(database, papers),
        lambda kind, identity, tokens: found.tokens[kind].update({identity: tokens}),
    )
    return replace(found, definitions=definitions)


def definitions_of_papers(database: Database, papers: Sequence[str]) -> Definitions:
    """The short forms that some papers define."""
    return words_of_papers(database, papers).definitions


def save_definitions(layout: GenerationLayout, definitions: Definitions) -> None:
    """Write what papers define, and the table of it that is searched by.

    Raises:
        OSError: the disk is full.
    """
    replace_file(layout.definitions, definitions.as_json())
    replace_file(layout.abbreviations, senses_json(definitions.senses()))


def change_definitions(
    older: GenerationLayout, layout: GenerationLayout, gone: Definitions, came: Definitions
) -> None:
    """``save_definitions`` of what an older generation has, after a change.

    Args:
        older: the generation.
        layout: where to.
        gone: what papers defined that went or changed.
        came: what papers define that came or changed.

    Raises:
        DamageError: a file of the older generation is missing or holds something else.
        OSError: the disk is full.
    """
    try:
        counted, table = older.definitions.read_bytes(), older.abbreviations.read_bytes()
        definitions, senses = changed_json(counted, table, gone, came)
    except (OSError, ValueError, TypeError) as error:
        raise DamageError(f"{older.definitions} cannot be read as definitions: {error}") from error
    replace_file(layout.definitions, definitions)
    replace_file(layout.abbreviations, senses)


def _write(layout: GenerationLayout, database: Database) -> None:
    lexical = {kind: LexicalWriter() for kind in LEXICAL_KINDS}
    definitions = _read(
        _all_statements(database),
        live_abstracts(database),
        citing_titles(database),
        lambda kind, _, tokens: lexical[kind].add(tokens),
    )
    for kind, writer in lexical.items():
        writer.write(layout.lexical(kind))
    save_definitions(layout, definitions)


def _read(
    statements: Iterable[tuple[Statement, str | None]],
    abstracts: Iterable[tuple[str, str | None, str]],
    titles: dict[str, str],
    take: Callable[[str, str, list[str]], object],
) -> Definitions:
    """Give the tokens of each row by kind and id, in the order of ids, and return what is defined.

    Args:
        statements: with the titles of their papers, by id.
        abstracts: paper id, title and text, by id.
        titles: of papers that have statements.
        take: is given kind, id and tokens.
    """
    miner = AbbreviationMiner()
    for statement, _ in statements:
        before = statement.before or ""
        for text in (before, statement.text):
            if text:
                miner.read(statement.paper, text)
        tokens = lexical_tokens(plain_text(statement.text, statement.markers))
        take("statements", statement.id, tokens)
        take("contexts", statement.id, lexical_tokens(before) + tokens)
    for identity, title, abstract in abstracts:
        titles[identity] = title or ""
        miner.read(identity, abstract)
        take("abstracts", identity, lexical_tokens(abstract_text(title, abstract)))
    for identity, title in sorted(titles.items()):
        take("titles", identity, lexical_tokens(title))
    return miner.definitions()


def _all_statements(database: Database) -> Iterator[tuple[Statement, str | None]]:
    after = ""
    while lot := live_statements(database, after=after, limit=_LOT):
        yield from lot
        after = lot[-1][0].id
