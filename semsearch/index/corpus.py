"""The texts of the corpus that are encoded: their ids and digests, and the texts on demand.

Only ids and digests are held in memory; the texts themselves are made again from the store, a
window at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.recipe import StatementRecipe, abstract_text, statement_text, text_digest
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.records import Statement
from semsearch.store.database import Database
from semsearch.store.reading import (
    live_abstracts,
    live_statements,
    live_statements_of,
    papers,
    statements,
)
from semsearch.store.works import titles_of_works

_LOT = 2000  # statements read from the store at once
Digests = tuple[NDArray[np.bytes_], NDArray[np.void]]  # ids, ascending, with those of their texts


@dataclass(slots=True)
class EncodedTexts:
    """Ids and text digests of one kind of text.

    Args:
        ids: (n,) UTF-8 byte strings, ascending, unique.
        digests: (n,) 32 bytes each, SHA-256 of the text that is encoded.
        fetch: gives the texts with some ids.
    """

    ids: NDArray[np.bytes_]
    digests: NDArray[np.void]
    fetch: Callable[[Sequence[str]], dict[str, str]]
    _order: NDArray[np.int64] = field(init=False)
    _sorted: NDArray[np.void] = field(init=False)

    def __post_init__(self) -> None:
        self._order = np.argsort(self.digests, kind="stable")
        self._sorted = self.digests[self._order]

    def __len__(self) -> int:
        return len(self.ids)

    def digest_list(self, start: int, end: int) -> list[bytes]:
        """The digests of some rows."""
        return [digest.tobytes() for digest in self.digests[start:end]]

    def unique_digests(self) -> list[bytes]:
        """Every digest once, ascending."""
        return [digest.tobytes() for digest in np.unique(self._sorted)]

    def texts(self, digests: Sequence[bytes]) -> list[str]:
        """The texts with these digests, in the order asked."""
        wanted = np.array(digests, dtype=self.digests.dtype)
        rows = self._order[np.searchsorted(self._sorted, wanted)]
        ids = [bytes(identity).decode() for identity in self.ids[rows]]
        found = self.fetch(ids)
        return [found[identity] for identity in ids]


def compare_texts(task: tuple[Path, StatementRecipe]) -> dict[str, Digests]:
    """Ids and digests of all that is encoded of papers, by kind.

    Args:
        task: the store and the recipe of statements.
    """
    store, recipe = task
    with closing(Database(store, read_only=True)) as database:
        return _digests(_statements(database, recipe), lambda: live_abstracts(database))


def texts_of_papers(
    database: Database, recipe: StatementRecipe, chosen: Sequence[str]
) -> dict[str, Digests]:
    """As ``compare_texts``, of some papers; those that the corpus does not hold have no text."""
    found = live_statements_of(database, chosen)
    return _digests(
        ((statement.id, _encoded(recipe, statement, title)) for statement, title in found),
        lambda: live_abstracts(database, chosen),
    )


def _digests(
    statements: Iterable[tuple[str, str]],
    abstracts: Callable[[], Iterable[tuple[str, str | None, str]]],
) -> dict[str, Digests]:
    """Ids and digests by kind, of statements by id and encoded text, and of abstracts."""
    return {
        "statements": _collected(statements),
        "abstracts": _collected(
            (identity, abstract_text(title, abstract)) for identity, title, abstract in abstracts()
        ),
        "sentences": _collected(
            (sentence_id(identity, number), sentence)
            for identity, title, abstract in abstracts()
            for number, sentence in enumerate(paper_sentences(title, abstract))
        ),
    }


def texts_of_works(database: Database, chosen: Sequence[str] | None = None) -> Digests:
    """Ids and digests of the titles of works; those without one have no text.

    Args:
        database: the store, in which references lead to works.
        chosen: ids of the works that are wanted; None for all.
    """
    return _collected(_titles(database, chosen).items())


def _titles(database: Database, chosen: Sequence[str] | None) -> dict[str, str]:
    found = titles_of_works(database, chosen)
    return {one: text for one, title in found.items() if (text := normal_form(title))}


def encoded_texts(
    database: Database, recipe: StatementRecipe, found: Mapping[str, Digests]
) -> dict[str, EncodedTexts]:
    """What ``compare_texts`` and ``texts_of_works`` found, with the texts on demand."""

    def statement_texts(wanted: Sequence[str]) -> dict[str, str]:
        held = statements(database, wanted)
        sources = papers(database, [s.paper for s in held.values()])
        return {s.id: _encoded(recipe, s, sources[s.paper].title) for s in held.values()}

    def abstract_texts(wanted: Sequence[str]) -> dict[str, str]:
        return {
            p.id: abstract_text(p.title, p.abstract_text) for p in papers(database, wanted).values()
        }

    def sentence_texts(wanted: Sequence[str]) -> dict[str, str]:
        sources = papers(database, sorted({paper_of_sentence(one)[0] for one in wanted}))
        texts = {p.id: paper_sentences(p.title, p.abstract_text or "") for p in sources.values()}
        return {one: texts[paper][n] for one in wanted for paper, n in [paper_of_sentence(one)]}

    fetch = {
        "statements": statement_texts,
        "abstracts": abstract_texts,
        "sentences": sentence_texts,
        "works": lambda wanted: _titles(database, wanted),
    }
    return {kind: EncodedTexts(*found[kind], fetch[kind]) for kind in fetch}


def paper_sentences(title: str | None, abstract: str) -> list[str]:
    """The title, empty where there is none, and the sentences of an abstract, in normal form."""
    return [
        normal_form(title or ""),
        *(normal_form(abstract[start:end]) for start, end in split_sentences(abstract)),
    ]


def sentence_id(paper: str, number: int) -> str:
    """Id of a sentence: the paper, a tab, and its number from 0, the title.

    In the order of these ids the sentences of a paper stand together, in reading order.
    """
    return f"{paper}\t{number:04d}"


def paper_of_sentence(identity: str) -> tuple[str, int]:
    """The paper and the number of a sentence."""
    paper, number = identity.rsplit("\t", 1)
    return paper, int(number)


def _encoded(recipe: StatementRecipe, statement: Statement, title: str | None) -> str:
    return statement_text(
        recipe,
        text=statement.text,
        markers=statement.markers,
        before=statement.before,
        after=statement.after,
        title=title,
    )


def _statements(database: Database, recipe: StatementRecipe) -> Iterator[tuple[str, str]]:
    """Id and encoded text of every statement of the corpus, sorted by id."""
    after = ""
    while lot := live_statements(database, after=after, limit=_LOT):
        for statement, title in lot:
            yield statement.id, _encoded(recipe, statement, title)
        after = lot[-1][0].id


def _collected(texts: Iterable[tuple[str, str]]) -> Digests:
    ids: list[bytes] = []
    digests = bytearray()
    for identity, text in texts:
        ids.append(identity.encode())
        digests += text_digest(text)
    found = np.array(ids, dtype=np.bytes_) if ids else np.zeros(0, dtype="S1")
    return found, np.frombuffer(bytes(digests), dtype="V32")
