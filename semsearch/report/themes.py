"""Themes: what a work is cited for, as groups of statements of like meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from semsearch.encode.recipe import plain_text
from semsearch.records import Place, Statement
from semsearch.report.about import About, tally_about
from semsearch.report.clusters import centroids, cluster
from semsearch.report.relevance import vectors_of
from semsearch.report.tally import Tally
from semsearch.report.terms import name_groups
from semsearch.retrieve.generation import Generation

_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Statements of like meaning.

    ``terms`` are words of the statements, at most three; empty where none is their own.
    ``representative`` is the statement nearest to the middle of the theme, rows of tables last;
    ``statements`` are all of its statements, the most central first. ``cohesion``: mean cosine with
    the middle, −1 to 1.
    """

    number: int  # from 1, the largest first
    terms: tuple[str, ...]
    representative: str
    text: str  # of the representative
    statements: tuple[str, ...]
    cohesion: float
    tally: Tally


def find_themes(
    generation: Generation,
    statements: Sequence[About],
    read: Mapping[str, Statement],
    *,
    authors: Sequence[str] = (),
) -> tuple[Theme, ...]:
    """The themes of statements about a work; each statement of the index is in one.

    Args:
        generation: the index, whose vectors are clustered.
        statements: about the work; those that the index lacks are left out.
        read: the statements by id.
        authors: family names of the work's authors, which name no theme.
    """
    held = [statement for statement in statements if statement.row >= 0]
    if not held:
        return ()
    vectors = vectors_of(generation, held)
    labels = cluster(vectors)
    middles = centroids(vectors, labels)
    near = np.einsum("ij,ij->i", vectors, middles[labels]).round(_DECIMALS)
    groups = [np.flatnonzero(labels == number).tolist() for number in range(len(middles))]
    names = name_groups(
        [[_plain(read[held[place].id]) for place in group] for group in groups],
        generation.statements.lexical.idf,
        without=authors,
    )
    found: list[Theme] = []
    for number, (group, terms) in enumerate(zip(groups, names, strict=True), start=1):
        central = sorted(group, key=lambda place: (-float(near[place]), held[place].id))
        ids = [held[place].id for place in central]
        # A row of a table is seldom a sentence: it stands for others only where all are such.
        first = next((one for one in ids if read[one].place is not Place.TABLE), ids[0])
        found.append(
            Theme(
                number=number,
                terms=terms,
                representative=first,
                text=read[first].text,
                statements=tuple(ids),
                cohesion=round(float(np.mean(near[group])), 3),
                tally=tally_about(held[place] for place in group),
            )
        )
    return tuple(found)


def _plain(statement: Statement) -> str:
    return plain_text(statement.text, statement.markers)
