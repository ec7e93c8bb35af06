"""One published generation, opened for searching."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.columns import Columns, open_columns
from semsearch.index.corpus import sentence_id
from semsearch.index.dense.protocol import DenseIndex
from semsearch.index.layout import KINDS, GenerationLayout, Layout
from semsearch.index.lexical.protocol import LexicalIndex
from semsearch.index.manifest import Manifest, check_files, read_manifest
from semsearch.index.opening import open_dense_rows, open_lexical_rows, open_token_rows
from semsearch.index.token_vectors import TokenIndex
from semsearch.language.abbreviations import AbbreviationTable
from semsearch.retrieve.centring import CentreScores


@dataclass(frozen=True, slots=True)
class Texts:
    """The indexes over one kind of text; row *i* of each is the same text.

    ``tokens`` is None where the model has no token vectors.
    """

    dense: DenseIndex
    tokens: TokenIndex | None


@dataclass(frozen=True, slots=True)
class SearchedTexts(Texts):
    """Texts that are also searched by word and filtered.

    ``titles``: (p,) int64, the row of ``Generation.titles`` of each paper of ``columns``.
    """

    lexical: LexicalIndex
    columns: Columns
    titles: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Generation:
    """One published generation; it never changes.

    ``statements`` has a row for each statement, ``contexts`` the same with the sentence before it,
    ``titles`` for each paper that has either, ``abstracts`` for each paper with an abstract,
    ``sentences`` for the title and each sentence of the abstracts, ``works`` for the title of each
    work that is cited or in the corpus. ``centre``: (dimension,)
    float32, the mean of the vectors of sentences; ``abstracts_centre`` and ``sentences_centre``,
    how near the rows of both are to it.
    ``sentence_starts``: (n + 1,) int64, where the sentences of each row of ``abstracts`` start.
    ``abstract_of``: (p,) int64, the row of ``abstracts`` of each paper of the statements' columns,
    −1 where it has none.
    """

    manifest: Manifest
    statements: SearchedTexts
    contexts: LexicalIndex
    titles: LexicalIndex
    abstracts: SearchedTexts
    sentences: Texts
    works: Texts
    sentence_starts: NDArray[np.int64]
    centre: NDArray[np.float32]
    abstracts_centre: CentreScores
    sentences_centre: CentreScores
    abstract_of: NDArray[np.int64]
    abbreviations: AbbreviationTable


def open_generation(folder: Path) -> Generation:
    """The published generation of an index folder.

    Raises:
        MissingIndexError: the folder holds no index.
        MismatchError: it has a newer format.
        DamageError: a file is missing, or has not the size or count of the manifest.
    """
    layout = Layout(folder)
    generation = layout.generation(layout.published())
    manifest = read_manifest(generation)
    faults = check_files(generation, manifest, hashes=False)
    if faults:
        raise DamageError(f"{faults[0]}; build the index again")
    texts = {kind: _texts(generation, manifest, kind) for kind in KINDS}
    columns = {
        kind: open_columns(generation.columns(kind), len(texts[kind].dense))
        for kind in ("statements", "abstracts")
    }
    titled = np.union1d(columns["statements"].papers, columns["abstracts"].papers)
    titles = open_lexical_rows(generation, manifest, "titles")
    if len(titles) != len(titled):
        raise DamageError(
            f"{generation.lexical('titles')} holds {len(titles):,} titles, expected {len(titled):,}"
        )
    statements, abstracts = (
        SearchedTexts(
            texts[kind].dense,
            texts[kind].tokens,
            open_lexical_rows(generation, manifest, kind),
            found,
            np.searchsorted(titled, found.papers),
        )
        for kind, found in columns.items()
    )
    centre = _centre(generation, manifest)
    ids = abstracts.dense.ids
    firsts = [sentence_id(bytes(one).decode(), 0).encode() for one in ids]
    starts = np.searchsorted(texts["sentences"].dense.ids, np.array(firsts, dtype=np.bytes_))
    papers = statements.columns.papers
    places = np.searchsorted(ids, papers)
    held = np.array([p < len(ids) and ids[p] == one for p, one in zip(places, papers, strict=True)])
    return Generation(
        manifest=manifest,
        statements=statements,
        contexts=open_lexical_rows(generation, manifest, "contexts"),
        titles=titles,
        abstracts=abstracts,
        sentences=texts["sentences"],
        works=texts["works"],
        sentence_starts=np.append(starts, len(texts["sentences"].dense)).astype(np.int64),
        centre=centre,
        abstracts_centre=CentreScores(abstracts.dense, centre),
        sentences_centre=CentreScores(texts["sentences"].dense, centre),
        abstract_of=np.where(held, places, -1).astype(np.int64),
        abbreviations=AbbreviationTable.read(generation.abbreviations),
    )


def row_of(index: DenseIndex, identity: str) -> int | None:
    """The row of an id, or None when the index does not hold it."""
    wanted = identity.encode()
    row = int(np.searchsorted(index.ids, wanted))
    return row if row < len(index) and bytes(index.ids[row]) == wanted else None


def rows_of(index: DenseIndex, ids: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """(m,) int64, the rows of some ids, −1 for those that the index does not hold."""
    if not len(index):
        return np.full(len(ids), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(index.ids, ids), len(index) - 1)
    return np.where(index.ids[places] == ids, places, -1).astype(np.int64)


def ids_of(index: DenseIndex, rows: NDArray[np.int64]) -> list[str]:
    """The ids of some rows, in their order."""
    return [bytes(one).decode() for one in index.ids[rows]]


def _centre(generation: GenerationLayout, manifest: Manifest) -> NDArray[np.float32]:
    path = generation.centre
    try:
        found: NDArray[np.float32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamageError(
            f"{path} cannot be read as a numpy array: {error}; build the index again"
        ) from error
    if found.shape != (manifest.dimension,):
        raise DamageError(f"{path} has shape {found.shape}, expected ({manifest.dimension},)")
    return found


def _texts(generation: GenerationLayout, manifest: Manifest, kind: str) -> Texts:
    dense = open_dense_rows(generation, manifest, kind)
    if len(dense) != manifest.counts[kind] or dense.dimension != manifest.dimension:
        raise DamageError(
            f"{generation.dense(kind).ids.parent} holds {len(dense):,} vectors of {dense.dimension}"
            f" dimensions, expected {manifest.counts[kind]:,} of {manifest.dimension}"
        )
    if manifest.token_bits is None:
        return Texts(dense, None)
    tokens = open_token_rows(generation, manifest, kind, manifest.token_bits)
    if len(tokens) != len(dense):
        raise DamageError(
            f"{generation.token_offsets(kind)} holds {len(tokens):,} texts, expected {len(dense):,}"
        )
    return Texts(dense, tokens)
