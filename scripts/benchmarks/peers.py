"""The peers as contenders of questions: each with its own defaults, and with the same model.

They are given the texts and vectors of the index, so that filling them takes minutes and not hours;
questions they encode by themselves. What they make is kept in a folder and used again.
"""

from __future__ import annotations

import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.machine import bytes_of
from benchmarks.worker import slice_of, timed

_LOT = 10_000
Hits = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a peer of questions is given.

    Args:
        texts: JSON lines of texts, as ``export_corpus`` writes them.
        vectors: of the texts, for ``numpy.load``.
        model: folder of the model.
        folder: where the peer keeps its index.
        questions: of all rounds.
        each: questions of a round.
        limit: hits.
        year: filter, the first year that is allowed.
    """

    texts: str
    vectors: str
    model: str
    folder: str
    questions: list[str]
    each: int
    limit: int
    year: int | None


class Questions(ABC):
    """A peer that answers questions with rendered hits; subclasses say how."""

    def __init__(self, **given: Any) -> None:
        known = Given(**given)
        self._questions, self._each, self._limit = known.questions, known.each, known.limit
        self._hits: list[int] = []
        self.open(known)

    @abstractmethod
    def open(self, given: Given) -> None:
        """Open the index of the peer, made where it is missing."""

    @abstractmethod
    def search(self, question: str) -> Hits:
        """Hits for a question, best first."""

    def round(self, number: int) -> Sequence[float]:
        """Ask the questions of a round."""
        calls: list[Callable[[], None]] = []
        for one in slice_of(self._questions, number, self._each):
            calls.append(lambda one=one: self._ask(one))  # type: ignore[misc]
        return timed(calls)

    def figures(self) -> dict[str, float]:
        """Hits that were given; of a filter that is applied afterwards there may be fewer."""
        return {"hits": float(np.mean(self._hits))}

    def _ask(self, question: str) -> None:
        found = self.search(question)
        orjson.dumps(found)
        self._hits.append(len(found))


class Flat(Questions):
    """What most would write: sentence-transformers, a flat FAISS index, rows in SQLite."""

    def open(self, given: Given) -> None:
        """See ``Questions``."""
        import faiss
        from sentence_transformers import SentenceTransformer

        held = np.load(given.vectors, mmap_mode="r")
        self._index = faiss.IndexFlatIP(held.shape[1])
        for start in range(0, len(held), _LOT):
            self._index.add(np.ascontiguousarray(held[start : start + _LOT]))
        self._rows = rows_in_sqlite(Path(given.folder) / "flat.sqlite", given.texts)
        library: Any = faiss
        self._selector: Any = None
        if given.year is not None:
            allowed = self._rows.execute("SELECT row FROM texts WHERE year >= ?", (given.year,))
            self._chosen = np.array([row for (row,) in allowed], dtype=np.int64)
            self._selector = library.SearchParameters(sel=library.IDSelectorBatch(self._chosen))
        self._model = SentenceTransformer(given.model)

    def search(self, question: str) -> Hits:
        """Encode, search exactly among the allowed rows, fetch the rows."""
        vector = self._model.encode([question], normalize_embeddings=True)
        scores, rows = self._index.search(vector, self._limit, params=self._selector)
        wanted = [int(row) for row in rows[0] if row >= 0]
        places = ", ".join("?" * len(wanted))
        held = {
            row[0]: row
            for row in self._rows.execute(
                f"SELECT * FROM texts WHERE row IN ({places})",  # noqa: S608 - placeholders
                wanted,
            )
        }
        return [
            {"score": float(score), "row": held[row]}
            for row, score in zip(wanted, scores[0], strict=False)
        ]


class Txtai(Questions):
    """txtai: hybrid of dense and sparse, content in SQLite, filter in its SQL."""

    def open(self, given: Given) -> None:
        """See ``Questions``."""
        from txtai import Embeddings

        self._folder = txtai_index(Path(given.folder), given.texts, given.vectors, given.model)
        self._embeddings: Any = Embeddings()
        self._embeddings.load(str(self._folder))
        self._year = given.year

    def search(self, question: str) -> Hits:
        """Ask by SQL."""
        found: Hits = self._embeddings.search(
            txtai_sql(self._year, ":asked"), self._limit, parameters={"asked": question}
        )
        return found

    def figures(self) -> dict[str, float]:
        """Also 10⁶ bytes on disk."""
        return super().figures() | {"disk_mb": bytes_of(self._folder) / 1e6}


class MilvusLite(Questions):
    """Milvus Lite with sentence-transformers: dense only, filter as expression."""

    def open(self, given: Given) -> None:
        """See ``Questions``."""
        import milvus_lite  # noqa: F401 - pymilvus starts it
        from pymilvus import MilvusClient
        from sentence_transformers import SentenceTransformer

        folder = Path(given.folder)
        whole = folder / "milvus.whole"  # written when all rows are in
        if not whole.is_file():
            discard(folder / "milvus.db")
        self._client: Any = MilvusClient(str(folder / "milvus.db"))
        if not whole.is_file():
            self._fill(given.texts, given.vectors)
            whole.touch()
        self._client.load_collection("statements")
        self._filter = "" if given.year is None else f"year >= {given.year}"
        self._model = SentenceTransformer(given.model)

    def search(self, question: str) -> Hits:
        """Encode and search."""
        vector = self._model.encode([question], normalize_embeddings=True)
        found = self._client.search(
            "statements",
            data=vector.tolist(),
            limit=self._limit,
            filter=self._filter,
            output_fields=["text", "year", "title", "doi"],
        )
        return [dict(one) for one in found[0]]

    def _fill(self, texts: str, vectors: str) -> None:
        held = np.load(vectors, mmap_mode="r")
        self._client.create_collection(
            "statements", dimension=held.shape[1], metric_type="IP", auto_id=False
        )
        for start, lot in lots(texts):
            rows = [
                {"id": start + number, "vector": held[start + number].tolist()}
                | {name: line[name] for name in ("text", "year", "title", "doi")}
                for number, line in enumerate(lot)
            ]
            self._client.insert("statements", rows)
        self._client.flush("statements")


def txtai_index(folder: Path, texts: str, vectors: str, model: str) -> Path:
    """A saved txtai index over texts and their vectors; it encodes questions by itself."""
    from txtai import Embeddings

    target = folder / "txtai"
    if (target / "config.json").is_file():
        return target
    partial = folder / "txtai.partial"
    for stale in (partial, target):
        discard(stale)
    held = np.load(vectors, mmap_mode="r")
    given = iter(range(len(held)))

    def vectors_of(asked: Sequence[str]) -> Any:
        """The vectors of the texts, which it asks for in their order."""
        return np.stack([held[next(given)] for _ in asked])

    embeddings: Any = Embeddings(method="external", transform=vectors_of, hybrid=True, content=True)
    embeddings.index(
        (line["id"], {name: line[name] for name in ("text", "year", "title", "doi")}, None)
        for _, lot in lots(texts)
        for line in lot
    )
    embeddings.config.pop("transform")
    embeddings.save(str(partial))
    path = partial / "config.json"
    config = orjson.loads(path.read_bytes())
    config = {k: v for k, v in config.items() if k not in ("method", "transform")}
    path.write_bytes(orjson.dumps(config | {"path": model}))
    partial.rename(target)
    return target


def discard(path: Path) -> None:
    """Delete what a run that was stopped has left, a file or a folder."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def txtai_sql(year: int | None, asked: str) -> str:
    """The query of txtai; ``asked`` is the name of a parameter."""
    only = "" if year is None else f" AND year >= {year}"
    return f"SELECT id, text, year, title, doi, score FROM txtai WHERE similar({asked}){only}"  # noqa: S608 - our own words


def rows_in_sqlite(path: Path, texts: str) -> sqlite3.Connection:
    """A table of the texts by row number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if not version:
        connection.execute("DROP TABLE IF EXISTS texts")
        connection.execute(
            "CREATE TABLE texts"
            " (row INTEGER PRIMARY KEY, id TEXT, text TEXT, year INTEGER, title TEXT, doi TEXT)"
        )
        for start, lot in lots(texts):
            connection.executemany(
                "INSERT INTO texts VALUES (:row, :id, :text, :year, :title, :doi)",
                [line | {"row": start + number} for number, line in enumerate(lot)],
            )
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return connection


def lots(texts: str) -> Iterator[tuple[int, Hits]]:
    """The lines of a corpus, some at a time, with the number of the first."""
    lot: Hits = []
    start = 0
    with Path(texts).open("rb") as stream:
        for line in stream:
            lot.append(orjson.loads(line))
            if len(lot) == _LOT:
                yield start, lot
                start, lot = start + len(lot), []
    if lot:
        yield start, lot
