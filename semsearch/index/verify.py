"""Whether an index is what it says: every hash, every count, and quotes against their files."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from semsearch.errors import DamageError, InputError, MismatchError
from semsearch.index.corpus import texts_of_works
from semsearch.index.layout import KINDS, Layout
from semsearch.index.manifest import Manifest, check_files, read_manifest
from semsearch.index.opening import agree_on_ids, open_dense_rows
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.parse.reader import Format
from semsearch.parse.readers import reader_of
from semsearch.records import Paper, Statement
from semsearch.store.database import Database
from semsearch.store.reading import papers, statements

#: Quotes that are checked unless asked for otherwise.
SAMPLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The outcome: the index is sound when there are no faults.

    ``quotes_equal`` are letter for letter what stands at their span; ``quotes_rendered`` hold a
    formula, or leave something out, and are what the reader makes of that span.
    """

    folder: str
    generation: int
    files_checked: int
    quotes_equal: int
    quotes_rendered: int
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verify(folder: Path, *, sample: int = SAMPLE, seed: int = 0, max_bytes: int) -> Verification:
    """Check the published generation of an index.

    Args:
        folder: the index folder.
        sample: quotes to check against their source files; 0 for none.
        seed: which quotes are drawn.
        max_bytes: largest article that is read.

    Raises:
        MissingIndexError: the folder holds no index.
        MismatchError: it has a newer format.
        DamageError: the manifest itself cannot be read.
    """
    layout = Layout(folder)
    number = layout.published()
    generation = layout.generation(number)
    manifest = read_manifest(generation)
    faults = check_files(generation, manifest, hashes=True)
    database = Database(layout.store_of(number), read_only=True)
    try:
        ids = {} if faults else _row_ids(layout, number, manifest, faults)
        faults += _check_store(database, ids, number)
        drawn = sorted(ids.get("statements", []))
        random.Random(seed).shuffle(drawn)  # noqa: S311 - a sample, not a secret
        equal, rendered = _check_quotes(layout, database, drawn[:sample], max_bytes, faults)
    finally:
        database.close()
    return Verification(
        folder=str(folder),
        generation=number,
        files_checked=len(manifest.files),
        quotes_equal=equal,
        quotes_rendered=rendered,
        faults=tuple(faults),
    )


def _row_ids(
    layout: Layout, number: int, manifest: Manifest, faults: list[str]
) -> dict[str, list[str]]:
    generation = layout.generation(number)
    ids: dict[str, list[str]] = {}
    for kind in KINDS:
        try:
            index = open_dense_rows(generation, manifest, kind)
        except (DamageError, MismatchError) as error:
            faults.append(str(error))
            continue
        ids[kind] = [bytes(identity).decode() for identity in index.ids]
        if manifest.delta is not None and not agree_on_ids(generation, kind, index.ids):
            faults.append(
                f"{generation.dense(kind).ids} does not name the rows that"
                f" {generation.base.folder} and {generation.delta.folder} have"
            )
        if len(index) != manifest.counts[kind]:
            faults.append(
                f"{generation.dense(kind).ids.parent} holds {len(index):,} vectors of {kind},"
                f" expected {manifest.counts[kind]:,}"
            )
    return ids


def _check_store(database: Database, ids: dict[str, list[str]], number: int) -> list[str]:
    """Every row of the index must be in the store, as of its generation."""
    faults = [
        f"{database.path}: {row[0]}"
        for row in database.read("PRAGMA integrity_check")
        if row[0] != "ok"
    ]
    if "statements" in ids:
        seen = {
            row["id"]
            for row in database.read(
                "SELECT id FROM statements WHERE first_seen <= ?1"
                " AND (last_seen IS NULL OR last_seen >= ?1)",
                (number,),
            )
        }
        faults += _difference(seen, set(ids["statements"]), "statement", database.path)
    if "abstracts" in ids:
        held = papers(database, ids["abstracts"])
        faults += _difference(set(held), set(ids["abstracts"]), "paper", database.path)
    if "works" in ids:
        titled = {bytes(one).decode() for one in texts_of_works(database)[0]}
        faults += _difference(titled, set(ids["works"]), "work", database.path)
    return faults


def _difference(stored: set[str], indexed: set[str], what: str, path: Path) -> list[str]:
    faults = []
    if lost := sorted(indexed - stored):
        faults.append(
            f"{path} lacks {len(lost):,} that the index names, such as the {what} {lost[0]}"
        )
    if extra := sorted(stored - indexed):
        faults.append(f"the index lacks {len(extra):,} of {path}, such as the {what} {extra[0]}")
    return faults


def _check_quotes(
    layout: Layout, database: Database, ids: list[str], max_bytes: int, faults: list[str]
) -> tuple[int, int]:
    """How many quotes are equal, and how many need rendering; each other one is a fault."""
    equal, rendered = 0, 0
    drawn = statements(database, ids)
    sources = papers(database, [s.paper for s in drawn.values()])
    of_file: dict[tuple[str, str | None], list[Statement]] = {}
    for statement in drawn.values():
        source = sources[statement.paper].source
        if source.format in list(Format):
            of_file.setdefault((source.package, source.member), []).append(statement)
    for package, article in _reread(layout, of_file, max_bytes):
        quoted = of_file.pop((package, article.member))
        paper = sources[quoted[0].paper]
        fault, found_equal, found_rendered = _check_file(article, paper, quoted)
        equal += found_equal
        rendered += found_rendered
        faults += fault
    if of_file:
        faults.append(_gone(of_file))
    return equal, rendered


def _gone(of_file: dict[tuple[str, str | None], list[Statement]]) -> str:
    """One sentence for all files that are not there, as where an index was moved without them."""
    package, member = min(of_file, key=lambda one: (one[0], one[1] or ""))
    name = package if member is None else f"{package}!{member}"
    quotes = sum(len(quoted) for quoted in of_file.values())
    if len(of_file) == 1:
        return f"{name} is gone, {quotes} quotes of it could not be checked"
    return (
        f"{name} is gone, and so are {len(of_file) - 1:,} other files, {quotes} quotes of which"
        " could not be checked; without these files the index answers all the same, and"
        " `--sample 0` leaves quotes out"
    )


def _reread(
    layout: Layout, wanted: Iterable[tuple[str, str | None]], max_bytes: int
) -> Iterator[tuple[str, ArticleFile]]:
    """The wanted files again, each with its package as the store names it; each is read once."""
    names = set(wanted)
    for package in sorted({package for package, _ in names}):
        path = Path(package)
        if not path.is_file() and path.parent.name == layout.added.name:
            path = layout.added / path.name  # of an index that was moved
        if path.is_file():
            for article in ArticleFiles((path,), max_bytes):
                if (package, article.member) in names:
                    yield package, article


def _check_file(
    article: ArticleFile, paper: Paper, quoted: list[Statement]
) -> tuple[list[str], int, int]:
    if article.content is None:
        return [f"{article.name}: {article.error}"], 0, 0
    faults: list[str] = []
    equal, rendered = 0, 0
    again: dict[str, Statement] | None = None
    reader = reader_of(Format(paper.source.format))
    for statement in quoted:
        span = statement.span
        try:
            stands = reader.text_at(article.content, span.path, span.start, span.end)
            if stands is not None and letters(stands) == letters(statement.text):
                equal += 1
                continue
            if again is None:
                document = reader.read(
                    article.content, package=article.package, member=article.member
                )
                again = {s.id: s for s in document.statements}
        except InputError as error:
            return [f"{article.name}: {error}"], equal, rendered
        other = again.get(statement.id)
        if other is not None and other.text == statement.text and other.span == span:
            rendered += 1
        else:
            faults.append(
                f"{article.name}: statement {statement.id} of {paper.id} does not stand at"
                f" {span.path} {span.start}–{span.end}"
            )
    return faults, equal, rendered


def letters(text: str) -> str:
    """The letters and digits of a text, in compatibility form: what rendering must keep."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
