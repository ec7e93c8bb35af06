"""The façade for hits: a text goes in, ranked statements and abstracts come out.

A ``Searcher`` holds one published generation, the store and the encoder. The model is loaded with
the first query that needs it. A searcher may be used by several threads at a time, and the same
query on the same generation gives the same answer.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.cross_encoder import CrossEncoder, load_cross_encoder
from semsearch.encode.encoder import Encoder
from semsearch.encode.loading import load_encoder
from semsearch.encode.recipe import plain_text
from semsearch.errors import NotFoundError, SemsearchError
from semsearch.index.layout import Hold, Layout
from semsearch.index.manifest import check_opening
from semsearch.language.scripts import normal_form
from semsearch.language.words import content_words, matches
from semsearch.rank.abstract_listing import list_abstracts
from semsearch.rank.abstracts import ready
from semsearch.rank.listing import list_statements, marker_spans, origin_of
from semsearch.rank.options import SearchOptions
from semsearch.rank.run import Run, run_query
from semsearch.rank.similar import DEPTH, Likely, similar_statements
from semsearch.rank.statements import CrossScores
from semsearch.retrieve.generation import Generation, ids_of, open_generation, row_of
from semsearch.retrieve.hits import (
    AbstractHit,
    IndexInfo,
    PaperReport,
    SearchResult,
    SimilarResult,
    StatementHit,
    StatementView,
)
from semsearch.retrieve.query import (
    check_limit,
    check_text,
    is_statement_id,
    refuse_control_characters,
)
from semsearch.retrieve.views import file_name, view_paper, view_statements
from semsearch.settings import settings
from semsearch.store.database import Database
from semsearch.store.outside import told_of
from semsearch.store.reading import (
    paper_id_of,
    papers,
    references,
    statements,
    statements_of,
    times_cited,
)
from semsearch.timing import Stage, timed


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
        SettingError: the list of abbreviations cannot be read.
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
        self.generation: Generation = _corrected(open_generation(self.folder))
        manifest = self.generation.manifest
        self._asked = (model, recipe)
        self._model = model or settings().model or manifest.model
        self._recipe = recipe or settings().recipe or manifest.recipe
        self._encoder = encoder
        self._cross_encoder: CrossEncoder | None = None
        self._loading = threading.Lock()
        layout = Layout(self.folder)
        self._hold = Hold(layout.generation(manifest.generation))
        try:
            self.store = Database(layout.store_of(manifest.generation), read_only=True)
        except BaseException:
            self._hold.close()
            raise

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded at the first use and checked against the index."""
        with self._loading:
            if self._encoder is None:
                with timed(Stage.LOAD):
                    loaded = load_encoder(self._model, threads=settings().threads)
                check_opening(
                    self.generation.manifest,
                    self.folder,
                    model=loaded.name,
                    digest=loaded.digest,
                    recipe=self._recipe,
                )
                self._encoder = loaded
            return self._encoder

    def load_ahead(self) -> None:
        """Begin to load the encoder, while the caller does something else.

        An error is raised where the encoder is used.
        """

        def load() -> None:
            with suppress(SemsearchError):
                self.encoder  # noqa: B018 - loaded by asking for it

        threading.Thread(target=load, name="load the encoder", daemon=True).start()

    def reopened(self) -> Searcher:
        """A searcher over the generation that is published now, ready to answer.

        The loaded models go on being used where the new generation was made with the same.

        Raises:
            IndexFolderError: as for a new searcher.
            EncoderError: the model of the new generation cannot be loaded.
        """
        model, recipe = self._asked
        fresh = Searcher(self.folder, model=model, recipe=recipe)
        old, new = self.generation.manifest, fresh.generation.manifest
        with self._loading:
            if (old.model_digest, old.recipe) == (new.model_digest, new.recipe):
                fresh._encoder = self._encoder
            fresh._cross_encoder = self._cross_encoder
            loaded = self._encoder is not None
        try:
            if loaded:
                fresh.encoder  # noqa: B018 - loaded now rather than by the first request
        except BaseException:
            fresh.close()
            raise
        return fresh

    def close(self) -> None:
        """Close the store and let go of the generation; the searcher cannot be used afterwards."""
        self.store.close()
        self._hold.close()

    def search(
        self, text: str, *, limit: int | None = None, options: SearchOptions | None = None
    ) -> SearchResult:
        """Statements for a text, best first.

        Args:
            text: a question or words, with the query syntax of ``retrieve/syntax.py``.
            limit: hits of a page; before that of the options.
            options: how to search.

        Raises:
            QueryError: the text, the limit, the filter or the cursor cannot be asked for.
        """
        query = check_text(text, name="text")
        how = _limited(options, limit)
        run = self.run(query, how)
        return list_statements(self.generation, self.store, query, run, how)

    def run(self, query: str, options: SearchOptions) -> Run:
        """The whole ranking of a query, as ``search`` pages through it."""
        check_limit(options.limit)
        cross = None if options.cross_encoder is None else self._cross(options.cross_encoder)
        return run_query(self.generation, lambda: self.encoder, query, options, cross=cross)

    def search_abstracts(
        self, text: str, *, limit: int | None = None, options: SearchOptions | None = None
    ) -> tuple[AbstractHit, ...]:
        """Abstracts that speak to a text, best first, each with its best sentence.

        Args:
            text: as in ``search``.
            limit: most abstracts; before that of the options.
            options: filter, mode and reranking also hold for abstracts, which have no section, no
                citations and no targets, so that a filter on these allows none.

        Raises:
            QueryError: the text, the limit or the filter cannot be asked for.
        """
        query = check_text(text, name="text")
        how = _limited(options, limit)
        return list_abstracts(
            self.generation,
            self.store,
            lambda words: ready(self.generation, self.encoder, words),
            query,
            how,
            limit=check_limit(how.limit),
        )

    def abstracts_of(
        self, query: str, run: Run, *, limit: int, options: SearchOptions
    ) -> tuple[AbstractHit, ...]:
        """As ``search_abstracts``, for a query that was run: it is not encoded once more.

        Args:
            query: as it was run.
            run: what ``run`` gave for it.
            limit: most abstracts.
            options: those it was run with.
        """
        asked = run.asked
        if asked is None:
            return ()
        lexical = self.generation.abstracts.lexical
        return list_abstracts(
            self.generation,
            self.store,
            lambda _: asked.over(lexical),
            query,
            options,
            limit=limit,
        )

    def similar(self, statement_or_text: str, *, limit: int | None = None) -> SimilarResult:
        """Statements that cite in a similar context.

        A statement id stands for its statement. The statement itself and all that say the same,
        markers aside, are left out.

        Raises:
            NotFoundError: the text has the form of a statement id and there is none such.
            QueryError: the text or the limit cannot be asked for.
        """
        asked = check_text(statement_or_text, name="text")
        most = check_limit(limit)
        index = self.generation.statements.dense
        row: int | None = None
        text = normal_form(asked)
        if is_statement_id(asked):
            row = row_of(index, asked)
            held = statements(self.store, [asked]).get(asked)
            if row is None or held is None:
                raise NotFoundError(f"the index holds no statement {asked}")
            text = plain_text(held.text, held.markers)
        with timed(Stage.ENCODE):
            encoded = self.encoder.encode_tokens([text])
        likely = similar_statements(
            self.generation,
            text,
            encoded.vectors[0] if row is None else index.vector(row),
            None if encoded.tokens is None else encoded.tokens[0],
            depth=max(DEPTH, 2 * most),
        )
        return SimilarResult(query=asked, hits=self._others(text, likely, most))

    def statement(self, identity: str) -> StatementView:
        """One statement.

        Raises:
            NotFoundError: the index holds no such statement.
            QueryError: the id holds a control character.
        """
        refuse_control_characters(identity, "statement id")
        if row_of(self.generation.statements.dense, identity) is None:
            raise NotFoundError(f"the index holds no statement {identity}")
        return view_statements(self.store, [identity])[0]

    def paper(self, name: str) -> PaperReport:
        """A paper by DOI, PMID, PMCID or paper id.

        Raises:
            NotFoundError: the index holds no such paper.
            QueryError: the name holds a control character.
        """
        refuse_control_characters(name.strip(), "name of the paper")
        identity = paper_id_of(self.store, name.strip())
        if identity is None:
            raise NotFoundError(f"the index holds no paper {name.strip()}")
        paper = papers(self.store, [identity])[identity]
        own = [s.id for s in statements_of(self.store, identity)]
        return PaperReport(
            paper=view_paper(paper),
            abstract=paper.abstract_text,
            publisher=paper.publisher,
            license=paper.license,
            file=file_name(paper.source),
            references=len(references(self.store, identity)),
            times_cited=times_cited(self.store, identity),
            outside=told_of(self.store, [identity]).get(identity, ()),
            statements=tuple(view_statements(self.store, own)),
        )

    def info(self) -> IndexInfo:
        """What the index holds and what it was made with."""
        manifest = self.generation.manifest
        return IndexInfo(
            folder=str(self.folder),
            format=manifest.format,
            generation=manifest.generation,
            created=manifest.created,
            model=manifest.model,
            model_digest=manifest.model_digest,
            encoder=manifest.encoder,
            tuned=manifest.tuned,
            recipe=manifest.recipe,
            dimension=manifest.dimension,
            counts=manifest.counts,
            dense=manifest.dense,
            content_digest=manifest.content_digest,
            delta=manifest.delta,
        )

    def _others(self, text: str, likely: Likely, limit: int) -> tuple[StatementHit, ...]:
        """The likeliest statements that do not say ``text``."""
        index = self.generation.statements.dense
        order = likely.ranking.order
        kept: list[int] = []
        for start in range(0, len(order), limit):
            lot = order[start : start + limit]
            ids = ids_of(index, likely.rows[lot])
            held = statements(self.store, ids)
            kept += [
                place
                for place, one in zip(lot.tolist(), ids, strict=True)
                if plain_text(held[one].text, held[one].markers) != text
            ]
            if len(kept) >= limit:
                break
        return self._likely_hits(text, likely, np.array(kept[:limit], dtype=np.int64))

    def _likely_hits(
        self, query: str, likely: Likely, places: NDArray[np.int64]
    ) -> tuple[StatementHit, ...]:
        wanted = content_words(query)
        ids = ids_of(self.generation.statements.dense, likely.rows[places])
        return tuple(
            StatementHit(
                rank=rank,
                score=float(likely.score[place]),
                highlights=matches(view.text, wanted, marker_spans(view)),
                statement=view,
                origin=origin_of(likely.ranking, place),
                stance=None,
                more_from_paper=(),
                duplicates=(),
            )
            for rank, (place, view) in enumerate(
                zip(places.tolist(), view_statements(self.store, ids), strict=True), start=1
            )
        )

    def _cross(self, name: str) -> CrossScores:
        """Scores by a cross-encoder, loaded at its first use."""
        with self._loading:
            if self._cross_encoder is None or self._cross_encoder.name != name:
                self._cross_encoder = load_cross_encoder(name)
            model = self._cross_encoder

        def scores(query: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
            ids = ids_of(self.generation.statements.dense, rows)
            held = statements(self.store, ids)
            texts = [plain_text(held[one].text, held[one].markers) for one in ids]
            return model.scores(query, texts)

        return scores


def _corrected(generation: Generation) -> Generation:
    """The generation with the user's list of abbreviations applied."""
    own = settings().abbreviations
    if own is None:
        return generation
    return replace(generation, abbreviations=generation.abbreviations.corrected(own))


def _limited(options: SearchOptions | None, limit: int | None) -> SearchOptions:
    how = options or SearchOptions()
    return how if limit is None else replace(how, limit=limit)
