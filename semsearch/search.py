"""The façade for hits: a text goes in, ranked statements and abstracts come out.

A ``Searcher`` holds one published generation, the store and the encoder. The model is loaded with
the first query that needs it. A searcher may be used by several threads at a time, and the same
query on the same generation gives the same answer.
"""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder, load_encoder
from semsearch.encode.recipe import plain_text
from semsearch.errors import NotFoundError
from semsearch.index.layout import Layout
from semsearch.index.manifest import check_opening
from semsearch.language.scripts import normal_form
from semsearch.language.words import content_words, matches
from semsearch.retrieve.candidates import Candidate, Generation, nearest, open_generation, row_of
from semsearch.retrieve.hits import (
    AbstractHit,
    IndexInfo,
    PaperReport,
    SearchResult,
    StatementHit,
    StatementView,
)
from semsearch.retrieve.query import check_limit, check_text, is_statement_id
from semsearch.retrieve.views import file_name, view_paper, view_statements
from semsearch.settings import settings
from semsearch.store.database import Database
from semsearch.store.reading import (
    paper_id_of,
    papers,
    references,
    statements,
    statements_of,
    times_cited,
)


class Searcher:
    """Searches one index.

    Args:
        folder: the index folder; the setting ``index`` when None.
        model: the model the index must have been made with; None takes the index's own.
        recipe: the recipe the index must have been made with; None takes the index's own.
        encoder: an encoder that is loaded already.

    Raises:
        MissingIndexError: the folder holds no index.
        MismatchError: another model or recipe, or a newer format.
        DamageError: a file of the index does not fit its manifest.
    """

    def __init__(
        self,
        folder: Path | str | None = None,
        *,
        model: str | None = None,
        recipe: str | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self.folder = Path(folder) if folder is not None else settings().index
        self._generation: Generation = open_generation(self.folder)
        manifest = self._generation.manifest
        self._model = model or settings().model or manifest.model
        self._recipe = recipe or settings().recipe or manifest.recipe
        self._encoder = encoder
        self._loading = threading.Lock()
        self._store = Database(Layout(self.folder).store, read_only=True)

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded at the first use and checked against the index."""
        with self._loading:
            if self._encoder is None:
                loaded = load_encoder(self._model, threads=settings().threads)
                check_opening(
                    self._generation.manifest,
                    self.folder,
                    model=loaded.name,
                    digest=loaded.digest,
                    recipe=self._recipe,
                )
                self._encoder = loaded
            return self._encoder

    def close(self) -> None:
        """Close the store; the searcher cannot be used afterwards."""
        self._store.close()

    def search(self, text: str, *, limit: int | None = None) -> SearchResult:
        """Statements nearest in meaning to a text.

        Raises:
            QueryError: the text or the limit cannot be asked for.
        """
        query = check_text(text, name="text")
        found = nearest(self._generation.statements, self._encode(query), check_limit(limit))
        return SearchResult(query=query, hits=self._hits(query, found))

    def search_abstracts(self, text: str, *, limit: int | None = None) -> tuple[AbstractHit, ...]:
        """Abstracts nearest in meaning to a text; errors as in ``search``."""
        query = check_text(text, name="text")
        found = nearest(self._generation.abstracts, self._encode(query), check_limit(limit))
        held = papers(self._store, [c.id for c in found])
        wanted = content_words(query)
        return tuple(
            AbstractHit(
                rank=rank,
                score=candidate.score,
                text=held[candidate.id].abstract_text or "",
                highlights=matches(held[candidate.id].abstract_text or "", wanted),
                paper=view_paper(held[candidate.id]),
            )
            for rank, candidate in enumerate(found, start=1)
        )

    def similar(self, statement_or_text: str, *, limit: int | None = None) -> SearchResult:
        """Statements that cite in a similar context.

        A statement id stands for its statement. The statement itself and all that say the same,
        markers aside, are left out.

        Raises:
            NotFoundError: the text has the form of a statement id and there is none such.
            QueryError: the text or the limit cannot be asked for.
        """
        asked = check_text(statement_or_text, name="text")
        most = check_limit(limit)
        index = self._generation.statements
        if is_statement_id(asked):
            row = row_of(index, asked)
            held = statements(self._store, [asked]).get(asked)
            if row is None or held is None:
                raise NotFoundError(f"the index holds no statement {asked}")
            text, vector = plain_text(held.text, held.markers), index.vector(row)
        else:
            text = normal_form(asked)
            vector = self._encode(asked)
        return SearchResult(query=asked, hits=self._others(text, vector, most))

    def statement(self, identity: str) -> StatementView:
        """One statement.

        Raises:
            NotFoundError: the index holds no such statement.
        """
        if row_of(self._generation.statements, identity) is None:
            raise NotFoundError(f"the index holds no statement {identity}")
        return view_statements(self._store, [identity])[0]

    def paper(self, name: str) -> PaperReport:
        """A paper by DOI, PMID, PMCID or paper id.

        Raises:
            NotFoundError: the index holds no such paper.
        """
        identity = paper_id_of(self._store, name.strip())
        if identity is None:
            raise NotFoundError(f"the index holds no paper {name.strip()}")
        paper = papers(self._store, [identity])[identity]
        own = [s.id for s in statements_of(self._store, identity)]
        return PaperReport(
            paper=view_paper(paper),
            abstract=paper.abstract_text,
            publisher=paper.publisher,
            license=paper.license,
            file=file_name(paper.source),
            references=len(references(self._store, identity)),
            times_cited=times_cited(self._store, identity),
            statements=tuple(view_statements(self._store, own)),
        )

    def info(self) -> IndexInfo:
        """What the index holds and what it was made with."""
        manifest = self._generation.manifest
        return IndexInfo(
            folder=str(self.folder),
            format=manifest.format,
            generation=manifest.generation,
            created=manifest.created,
            model=manifest.model,
            model_digest=manifest.model_digest,
            recipe=manifest.recipe,
            dimension=manifest.dimension,
            counts=manifest.counts,
            content_digest=manifest.content_digest,
        )

    def _encode(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encoder.encode([normal_form(text)])[0]
        return vector

    def _others(
        self, text: str, vector: NDArray[np.float32], limit: int
    ) -> tuple[StatementHit, ...]:
        """The nearest statements that do not say ``text``."""
        index = self._generation.statements
        allowed = np.ones(len(index), dtype=np.bool_)
        while True:
            found = nearest(index, vector, limit, allowed=allowed)
            held = statements(self._store, [c.id for c in found])
            same = [s.id for s in held.values() if plain_text(s.text, s.markers) == text]
            if not same:
                return self._hits(text, found)
            for identity in same:
                row = row_of(index, identity)
                if row is not None:
                    allowed[row] = False

    def _hits(self, query: str, found: list[Candidate]) -> tuple[StatementHit, ...]:
        wanted = content_words(query)
        views = view_statements(self._store, [c.id for c in found])
        return tuple(
            StatementHit(
                rank=rank,
                score=candidate.score,
                highlights=matches(view.text, wanted, _marker_spans(view)),
                statement=view,
            )
            for rank, (candidate, view) in enumerate(zip(found, views, strict=True), start=1)
        )


def _marker_spans(view: StatementView) -> list[tuple[int, int]]:
    return [(m.start, m.end) for m in view.markers]
