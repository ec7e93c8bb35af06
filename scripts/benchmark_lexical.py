"""Measures the lexical index beside tantivy, on the same tokens, in one run.

    python scripts/benchmark_lexical.py INDEX QUESTIONS [--times 1 10 23]

The statements of INDEX are written to both, as often as ``--times`` says, and both get the queries
that the product makes of QUESTIONS. Every call of the one is followed by the same call of the
other; a cell is p50 / p99 over the questions of the median of three rounds, in milliseconds.

A mask of rows can be given to tantivy in two ways: as the set of the allowed row numbers, which is
what an arbitrary filter needs, or as one term of a field that was indexed beforehand, which is the
best case and no filter of the product (those are ranges, negations and unions). What the product
does for a hybrid query is in the last lines: the best rows, and the scores of as many others.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from semsearch.encode.encoder import Encoded, Encoder
from semsearch.evaluate.questions import read_questions
from semsearch.index.lexical.files import open_lexical, write_lexical
from semsearch.index.lexical.mapped import MappedLexicalIndex
from semsearch.index.lexical.protocol import LexicalQuery
from semsearch.language.scripts import normal_form
from semsearch.rank.asked import make_ready
from semsearch.retrieve.candidates import DEPTH
from semsearch.retrieve.generation import Generation, open_generation

SCORED = f"scores of {DEPTH:,} rows"
SHARES = (0.5, 0.1, 0.01, 0.001)
ROUNDS = 3
MOST_SECONDS = 25.0  # for one line of the table; then the questions that are left are left out
_HEAP = 2_000_000_000  # bytes: all rows in one segment, the fastest form

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Timed = tuple[str, Callable[[int], object], Callable[[int], object]]


@dataclass(frozen=True, slots=True)
class Beside:
    """Tantivy over the same texts: field ``words``, ``row`` by number, ``share`` of each mask."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher

    def query(self, asked: LexicalQuery) -> Query:
        """The same query: groups are added up, of alternatives the best counts."""
        groups = [[self._run(run) for run in group] for group in asked.groups]
        should = [
            (Occur.Should, runs[0] if len(runs) == 1 else Query.disjunction_max_query(runs))
            for runs in groups
        ]
        return Query.boolean_query(should)

    def among(self, asked: Query, rows: Sequence[int]) -> Query:
        """Only some rows, by their numbers."""
        return self._only(asked, Query.term_set_query(self.schema, "row", list(rows)))

    def sharing(self, asked: Query, name: str) -> Query:
        """Only the rows of a mask that was indexed."""
        return self._only(asked, Query.term_query(self.schema, "share", name, "basic"))

    def best(self, query: Query, limit: int = DEPTH) -> tuple[Rows, Scores]:
        """The best rows and their scores."""
        hits = self.searcher.search(query, limit, count=False).hits
        rows = self.searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(rows, dtype=np.int64), np.array([s for s, _ in hits], dtype=np.float32)

    def _run(self, run: tuple[str, ...]) -> Query:
        if len(run) == 1:
            return Query.term_query(self.schema, "words", run[0], "freq")
        return Query.phrase_query(self.schema, "words", list(run))

    @staticmethod
    def _only(asked: Query, allowed: Query) -> Query:
        silent = Query.const_score_query(allowed, 0.0)
        return Query.boolean_query([(Occur.Must, asked), (Occur.Must, silent)])


class NoModel(Encoder):
    """Stands for the encoder where only the words of a question are wanted."""

    name, digest, dimension = "none", "", 1

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """Nothing is counted."""
        return [0 for _ in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), 1) zeros."""
        return np.zeros((len(texts), 1), dtype=np.float32)

    def encode_tokens(self, texts: Sequence[str]) -> Encoded:
        """The same without token vectors."""
        return Encoded(self.encode(texts), None)


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10])
    arguments = parser.parse_args()
    generation = open_generation(arguments.index)
    queries = [
        query
        for question in read_questions(arguments.questions)
        if (query := words_of(generation, question.text)).groups
    ]
    lexical = generation.statements.lexical
    if not isinstance(lexical, MappedLexicalIndex):
        raise TypeError(f"{arguments.index} has a lexical index of another kind")
    texts = texts_of(lexical)
    say(f"tantivy {version('tantivy')}; best: the best {DEPTH:,} rows; p50 / p99 in ms")
    for times in arguments.times:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), texts, times, queries)


def compare(
    folder: Path, texts: Sequence[Sequence[str]], times: int, queries: Sequence[LexicalQuery]
) -> None:
    """Build both from the texts, each so many times, and print the table of one size."""
    count = len(texts) * times
    random = np.random.default_rng(0)
    masks = {f"{share:.1%}": random.random(count) < share for share in SHARES}

    def repeated() -> Iterator[Sequence[str]]:
        for _ in range(times):
            yield from texts

    started = time.perf_counter()
    write_lexical(folder / "own", repeated())
    own_seconds = time.perf_counter() - started
    started = time.perf_counter()
    (folder / "tantivy").mkdir()
    beside = write_tantivy(folder / "tantivy", repeated(), masks)
    seconds = time.perf_counter() - started
    own = open_lexical(folder / "own")
    say(
        f"\n{count:,} statements, {len(queries)} questions; segments of tantivy:"
        f" {beside.searcher.num_segments}; the same best ten: {agreement(own, beside, queries):.3f}"
    )
    say(f"{'':<40}{'own':>16}{'tantivy':>18}{'tantivy/own':>14}")
    size, other = bytes_of(folder / "own"), bytes_of(folder / "tantivy")
    say(f"{'build, s':<40}{own_seconds:>16.1f}{seconds:>18.1f}{seconds / own_seconds:>14.2f}")
    say(f"{'on disk, MB':<40}{size / 1e6:>16.1f}{other / 1e6:>18.1f}{other / size:>14.2f}")
    medians: dict[str, tuple[float, float]] = {}
    for name, one, two in operations(own, beside, masks, queries):
        spent = interleaved(one, two, len(queries))
        mine, theirs = (np.percentile(column, [50, 99]) for column in spent.T)
        medians[name] = (float(mine[0]), float(theirs[0]))
        figures = [f"{p50:.2f} / {p99:.2f}" for p50, p99 in (mine, theirs)]
        left = "" if len(spent) == len(queries) else f"  ({len(spent)} questions)"
        say(f"{name:<40}{figures[0]:>16}{figures[1]:>18}{theirs[0] / mine[0]:>14.2f}{left}")
    totals = {
        "hybrid query: best and scores": ("best", SCORED),
        "the same at 10.0% by row numbers": ("best, 10.0% by numbers", SCORED),
        "the same at 10.0% by an indexed field": ("best, 10.0% by a field", SCORED),
    }
    for name, parts in totals.items():
        mine_ms, theirs_ms = (sum(medians[part][n] for part in parts) for n in (0, 1))
        say(f"{name:<40}{mine_ms:>16.2f}{theirs_ms:>18.2f}{theirs_ms / mine_ms:>14.2f}")


def operations(
    own: MappedLexicalIndex,
    beside: Beside,
    masks: dict[str, NDArray[np.bool_]],
    queries: Sequence[LexicalQuery],
) -> Iterator[Timed]:
    """Name, and the same call of both for the question of a number."""
    theirs = [beside.query(query) for query in queries]

    def mine(mask: NDArray[np.bool_] | None) -> Callable[[int], object]:
        return lambda n: own.search(queries[n], DEPTH, allowed=mask)

    def by_numbers(rows: Rows) -> Callable[[int], object]:
        return lambda n: beside.best(beside.among(theirs[n], rows.tolist()))

    def by_field(name: str) -> Callable[[int], object]:
        return lambda n: beside.best(beside.sharing(theirs[n], name))

    yield "best", mine(None), lambda n: beside.best(beside.query(queries[n]))
    for name, mask in masks.items():
        yield f"best, {name} by numbers", mine(mask), by_numbers(np.flatnonzero(mask))
        yield f"best, {name} by a field", mine(mask), by_field(name)
    random = np.random.default_rng(1)
    given = [np.sort(random.choice(len(own), min(DEPTH, len(own)), replace=False)) for _ in queries]
    yield (
        SCORED,
        lambda n: own.score(queries[n], given[n]),
        lambda n: beside.best(beside.among(theirs[n], given[n].tolist())),
    )
    pairs = [pair_of(own, query) for query in queries]
    yield (
        "best, of a phrase of two",
        lambda n: own.search(pairs[n], DEPTH),
        lambda n: beside.best(beside.query(pairs[n])),
    )


def interleaved(
    one: Callable[[int], object], two: Callable[[int], object], questions: int
) -> NDArray[np.float64]:
    """(questions, 2) milliseconds of each call, the median of some rounds.

    There are fewer rows where ``MOST_SECONDS`` are over.
    """
    one(0), two(0)  # pages are read at the first touch
    found: list[tuple[float, float]] = []
    until = time.perf_counter() + MOST_SECONDS
    for number in range(questions):
        rounds = [(_ms(one, number), _ms(two, number)) for _ in range(ROUNDS)]
        found.append(
            (float(np.median([a for a, _ in rounds])), float(np.median([b for _, b in rounds])))
        )
        if time.perf_counter() > until:
            break
    return np.array(found)


def agreement(own: MappedLexicalIndex, beside: Beside, queries: Sequence[LexicalQuery]) -> float:
    """Share of the ten best of the one whose score the other also gives to its ten best."""
    shared = []
    for query in queries:
        mine = own.search(query, 10)
        rows, _ = beside.best(beside.query(query), 10)
        if len(mine.rows):
            least = mine.scores[-1] * (1 - 1e-6)
            shared.append(float((own.score(query, rows) >= least).mean()))
    return float(np.mean(shared))


def pair_of(own: MappedLexicalIndex, query: LexicalQuery) -> LexicalQuery:
    """Two words of a question that stand side by side somewhere; its first words if none do."""
    tokens = [token for group in query.groups for token in group[0]]
    pairs = [*pairwise(tokens)] or [(tokens[0], tokens[0])]
    held = [pair for pair in pairs if own.matching(LexicalQuery((), phrases=(pair,))).any()]
    return LexicalQuery((((held or pairs)[0],),))


def write_tantivy(
    folder: Path, texts: Iterator[Sequence[str]], masks: dict[str, NDArray[np.bool_]]
) -> Beside:
    """Tantivy over some texts, written by one thread into one segment."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(
        "words", stored=False, tokenizer_name="whitespace", index_option="position"
    )
    builder.add_unsigned_field("row", stored=False, indexed=True, fast=True)
    builder.add_text_field("share", stored=False, tokenizer_name="raw", index_option="basic")
    schema = builder.build()
    index = tantivy.Index(schema, path=str(folder))
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    for row, text in enumerate(texts):
        document = tantivy.Document()
        document.add_text("words", " ".join(text))
        document.add_unsigned("row", row)
        for name, mask in masks.items():
            if mask[row]:
                document.add_text("share", name)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return Beside(schema, index.searcher())


def words_of(generation: Generation, text: str) -> LexicalQuery:
    """What the product looks for by word, abbreviations and all."""
    asked = normal_form(text)
    alternatives = generation.abbreviations.alternatives(asked)
    return make_ready(
        asked,
        NoModel(),
        generation.statements.lexical,
        None,
        replacements=[(a.start, a.end, a.other) for a in alternatives if a.searched],
    ).words.query


def texts_of(index: MappedLexicalIndex) -> list[list[str]]:
    """The tokens of every row."""
    known = [bytes(token).decode() for token in index.vocabulary]
    return [[known[number] for number in index.token_numbers(row)] for row in range(len(index))]


def bytes_of(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _ms(call: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    call(number)
    return (time.perf_counter() - started) * 1000


def say(line: str) -> None:
    """A line of the table, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
