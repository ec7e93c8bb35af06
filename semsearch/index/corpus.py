"""The texts of the corpus that are encoded: their ids and digests, and the texts on demand.

Only ids and digests are held in memory; the texts themselves are made again from the store, a
window at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.recipe import StatementRecipe, abstract_text, statement_text, text_digest
from semsearch.language.scripts import normal_form
from semsearch.language.sentences import split_sentences
from semsearch.records import Statement
from semsearch.store.database import Database
from semsearch.store.reading import live_abstracts, live_statements, papers, statements

_LOT = 2000  # statements read from the store at once


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

    def rows(self) -> Iterator[tuple[bytes, bytes]]:
        """(id, digest) of every text, in order."""
        for identity, digest in zip(self.ids, self.digests, strict=True):
            yield bytes(identity), digest.tobytes()

    def labelled(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        """(id, digest, labels) of every statement; no input labels citations yet."""
        for identity, digest in self.rows():
            yield identity, digest, b""

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


def statement_texts(
    database: Database, recipe: StatementRecipe, advance: Callable[[int], None]
) -> EncodedTexts:
    """The statements of the corpus under a recipe."""
    ids: list[bytes] = []
    digests = bytearray()
    after = ""
    while lot := live_statements(database, after=after, limit=_LOT):
        for statement, title in lot:
            ids.append(statement.id.encode())
            digests += text_digest(_encoded(recipe, statement, title))
        after = lot[-1][0].id
        advance(len(lot))

    def fetch(wanted: Sequence[str]) -> dict[str, str]:
        found = statements(database, wanted)
        sources = papers(database, [s.paper for s in found.values()])
        return {s.id: _encoded(recipe, s, sources[s.paper].title) for s in found.values()}

    return EncodedTexts(_ids(ids), _digests(digests), fetch)


def abstract_texts(database: Database, advance: Callable[[int], None]) -> EncodedTexts:
    """The abstracts of the corpus, with their titles; papers without an abstract have none."""
    ids: list[bytes] = []
    digests = bytearray()
    for identity, title, abstract in live_abstracts(database):
        ids.append(identity.encode())
        digests += text_digest(abstract_text(title, abstract))
        advance(1)

    def fetch(wanted: Sequence[str]) -> dict[str, str]:
        return {
            p.id: abstract_text(p.title, p.abstract_text) for p in papers(database, wanted).values()
        }

    return EncodedTexts(_ids(ids), _digests(digests), fetch)


def sentence_texts(database: Database, advance: Callable[[int], None]) -> EncodedTexts:
    """Titles and the sentences of abstracts, each by itself; ids as ``sentence_id`` makes them."""
    ids: list[bytes] = []
    digests = bytearray()
    for identity, title, abstract in live_abstracts(database):
        for number, sentence in enumerate(paper_sentences(title, abstract)):
            ids.append(sentence_id(identity, number).encode())
            digests += text_digest(sentence)
        advance(1)

    def fetch(wanted: Sequence[str]) -> dict[str, str]:
        sources = papers(database, sorted({paper_of_sentence(one)[0] for one in wanted}))
        texts = {p.id: paper_sentences(p.title, p.abstract_text or "") for p in sources.values()}
        return {one: texts[paper][n] for one in wanted for paper, n in [paper_of_sentence(one)]}

    return EncodedTexts(_ids(ids), _digests(digests), fetch)


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


def _ids(ids: list[bytes]) -> NDArray[np.bytes_]:
    return np.array(ids, dtype=np.bytes_) if ids else np.zeros(0, dtype="S1")


def _digests(digests: bytearray) -> NDArray[np.void]:
    return np.frombuffer(bytes(digests), dtype="V32")
