"""An index of any size out of a real one: a generation in files, which a ``Searcher`` opens.

Papers are the real ones, again and again under new ids (``copies.py``). Words, columns and token
codes of a copy are those of the real paper; vectors are real vector + Gaussian noise, renormalised.
So words are found in every copy alike, and hits of several copies say the same.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from benchmarks.copies import Copies, Plan, noisy, paper_ids, plan_for, statement_ids
from benchmarks.scaled_store import scale_store
from semsearch.index.columns import ColumnArrays, Columns, save_columns, with_sets
from semsearch.index.corpus import paper_of_sentence
from semsearch.index.dense.files import DenseRecord, write_dense
from semsearch.index.dense.kinds import choose_kind, free_memory
from semsearch.index.dense.recall import with_recall
from semsearch.index.history import keep_history
from semsearch.index.layout import GenerationLayout, Layout, replace_file
from semsearch.index.lexical.files import save_lexical
from semsearch.index.lexical.mapped import MappedLexicalIndex
from semsearch.index.manifest import Manifest, read_manifest, stamp
from semsearch.index.token_vectors import MappedTokenIndex, write_token_vectors
from semsearch.retrieve.generation import Generation, open_generation


def scaled_index(source: Path, work: Path, statements: int, *, lean: bool = False) -> Path:
    """An index with about so many statements, made when it is not there yet.

    Args:
        source: the index of real articles; only read.
        work: folder of scaled indexes; this one gets a name that says what it is.
        statements: wanted; the papers are whole, so that there are a few less.
        lean: see ``scale_store``.
    """
    layout = Layout(source)
    digest = read_manifest(layout.generation(layout.published())).content_digest
    target = work / f"scaled-{statements}{'-lean' if lean else ''}-{digest[:8]}"
    if Layout(target).current.is_file():
        return target
    if target.exists():  # left by a run that was stopped
        shutil.rmtree(target)
    write_scaled(source, target, statements, lean=lean)
    return target


def write_scaled(source: Path, target: Path, statements: int, *, lean: bool) -> None:
    """Write a scaled index into a new folder; see ``scaled_index``."""
    real = open_generation(source)
    if real.manifest.delta is not None:
        raise ValueError(f"{source} has a delta; run `semsearch build --merge` on it before")
    layout, number = Layout(source), real.manifest.generation
    files = layout.generation(number)
    new = Layout(target).generation(1)
    new.folder.mkdir(parents=True)
    columns = real.statements.columns
    plan = plan_for(columns.papers[columns.paper], statements)
    papers = {
        "statements": columns.papers[columns.paper],
        "abstracts": np.asarray(real.abstracts.dense.ids),
        "sentences": np.array(
            [paper_of_sentence(bytes(one).decode())[0] for one in real.sentences.dense.ids],
            dtype=np.bytes_,
        ),
    }
    rows = {kind: plan.of(found) for kind, found in papers.items()}
    dense = {kind: _write_vectors(real, new, kind, rows[kind]) for kind in rows}
    dense["works"] = _copied(files, new, real.manifest, "works")  # every copy cites the real ones
    for path in (files.centre, files.token_codec, files.abbreviations):
        shutil.copy(path, new.folder / path.name)
    titled = np.union1d(columns.papers, real.abstracts.columns.papers)
    for name, index, copies in (
        ("statements", real.statements.lexical, rows["statements"]),
        ("contexts", real.contexts, rows["statements"]),
        ("abstracts", real.abstracts.lexical, rows["abstracts"]),
        ("titles", real.titles, plan.of(titled)),
    ):
        if not isinstance(index, MappedLexicalIndex):
            raise TypeError(f"{source} has a lexical index of another kind")
        write_lexical_copies(new.lexical(name), index, copies)
    for name, texts in (("statements", real.statements), ("abstracts", real.abstracts)):
        save_columns(new.columns(name), _columns(texts.columns, rows[name], plan))
    stamps = {
        path.relative_to(new.folder).as_posix(): stamp(path)
        for path in sorted(new.folder.rglob("*"))
        if path.is_file()
    }
    scale_store(layout.store_of(number), new.store, plan, lean=lean)
    counts = {kind: len(found) for kind, found in rows.items()}
    manifest: Manifest = replace(
        real.manifest,
        generation=1,
        files=stamps,
        dense=dense,
        counts=real.manifest.counts | counts | {"papers": len(plan.of(columns.papers))},
        content_digest=hashlib.sha256(
            f"{real.manifest.content_digest} {statements} {lean}".encode()
        ).hexdigest(),
    )
    replace_file(new.manifest, orjson.dumps(manifest))
    replace_file(Layout(target).current, b"1\n")
    keep_history(Layout(target))


def real_vectors(generation: Generation, kind: str) -> NDArray[np.float32]:
    """(n, dimension) float32, the vectors of all rows of a kind."""
    dense = getattr(generation, kind).dense
    found = np.empty((len(dense), dense.dimension), dtype=np.float32)
    for row in range(len(dense)):
        found[row] = dense.vector(row)
    return found


def _copied(
    files: GenerationLayout, new: GenerationLayout, manifest: Manifest, kind: str
) -> DenseRecord:
    """Copy the rows of a kind as they are."""
    paths = files.dense(kind)
    for path in (
        paths.search,
        paths.vectors,
        paths.ids,
        files.token_codes(kind),
        files.token_offsets(kind),
    ):
        if path.is_file():
            shutil.copy(path, new.folder / path.name)
    return manifest.dense[kind]


def _write_vectors(
    real: Generation, new: GenerationLayout, kind: str, copies: Copies
) -> DenseRecord:
    texts = getattr(real, kind)
    ids = (statement_ids if kind == "statements" else paper_ids)(texts.dense.ids, copies)
    dimension = texts.dense.dimension
    paths = new.dense(kind)
    record = write_dense(
        paths,
        ids,
        noisy(real_vectors(real, kind), copies),
        dimension=dimension,
        choice=choose_kind(len(ids), dimension, memory=free_memory()),
    )
    record = with_recall(record, paths)
    if not isinstance(texts.tokens, MappedTokenIndex):
        return record
    codes, offsets = texts.tokens.codes, texts.tokens.offsets

    def of_rows() -> Iterator[bytes]:
        for row in copies.source.tolist():
            yield codes[offsets[row] : offsets[row + 1]].tobytes()

    write_token_vectors(
        new.token_codes(kind),
        new.token_offsets(kind),
        of_rows(),
        code_bytes=texts.tokens.codec.code_bytes,
    )
    return record


def _columns(real: Columns, copies: Copies, plan: Plan) -> Columns:
    """The columns of the scaled rows."""
    of_papers = plan.of(real.papers)
    numbers = [
        of_papers.new_rows(copy, len(real.papers))[real.paper[copies.of(copy)]]
        for copy in range(copies.number)
    ]
    taken = real.taken(copies.source)
    source = of_papers.source
    arrays: ColumnArrays = replace(
        taken,
        paper=np.concatenate(numbers).astype(np.int32),
        papers=paper_ids(real.papers, of_papers),
        year=real.year[source],
        notices=real.notices[source],
        cited=real.cited[source],
        journals=real.journals.taken(source),
        licences=real.licences.taken(source),
        publication_types=real.publication_types.taken(source),
        authors=real.authors.taken(source),
    )
    return with_sets(arrays)


def write_lexical_copies(folder: Path, real: MappedLexicalIndex, copies: Copies) -> None:
    """Write the lexical index that the repeated texts have."""
    rows, words = len(real), len(real.vocabulary)
    token_of = np.repeat(np.arange(words, dtype=np.int32), np.diff(real.starts))
    of_copy = [copies.new_rows(copy, rows) for copy in range(copies.number)]
    counts = [_held(token_of, new[real.rows] >= 0, words) for new in of_copy]
    starts = np.append(0, np.cumsum(sum(counts))).astype(np.int64)
    new_rows = np.empty(int(starts[-1]), dtype=np.int32)
    frequencies = np.empty(int(starts[-1]), dtype=real.frequencies.dtype)
    filled = starts[:-1].copy()
    for new, count in zip(of_copy, counts, strict=True):
        mapped = new[real.rows]
        kept = mapped >= 0
        token = token_of[kept]
        first = np.cumsum(count) - count
        places = filled[token] + np.arange(len(token)) - first[token]
        new_rows[places] = mapped[kept]
        frequencies[places] = real.frequencies[kept]
        filled += count
    text_of = np.repeat(np.arange(rows, dtype=np.int32), real.lengths)
    tokens = np.concatenate([real.tokens[new[text_of] >= 0] for new in of_copy])
    used = np.diff(starts) > 0  # a part of the papers has not all words
    save_lexical(
        folder,
        vocabulary=real.vocabulary[used],
        starts=np.append(0, starts[1:][used]),
        rows=new_rows,
        frequencies=frequencies,
        lengths=real.lengths[copies.source],
        tokens=(np.cumsum(used) - 1).astype(np.int32)[tokens],
    )


def _held(token_of: NDArray[np.int32], kept: NDArray[np.bool_], words: int) -> NDArray[np.int64]:
    return np.bincount(token_of[kept], minlength=words).astype(np.int64)
