"""Asking the evaluation sets with the base and with the tuned model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from semsearch.encode.loading import load_encoder
from semsearch.encode.recipe import StatementRecipe
from semsearch.evaluate.runs import read_values, write_values
from semsearch.index.build import Builder
from semsearch.index.layout import Layout
from semsearch.progress import Progress
from semsearch.search import Searcher
from semsearch.settings import settings
from semsearch.tune.acceptance import Table, table_of
from semsearch.tune.places import Places
from semsearch.tune.sets import Measure, judged_by

_BASE, _TUNED = "base", "tuned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Measures two models on the same sets.

    Args:
        places: of the tuning; what was measured already is read there.
        searcher: the user's index.
        base: name of the base.
        measures: by name of a set.
        progress: shows how far it is.
    """

    places: Places
    searcher: Searcher
    base: str
    measures: Mapping[str, Measure]
    progress: Progress

    def table(self) -> Table:
        """Both models on every set."""
        return table_of(self._values(_BASE), self._values(_TUNED))

    def _values(self, which: str) -> dict[str, list[dict[str, float]]]:
        """What the sets are judged by, by name."""
        held: Searcher | None = None
        found: dict[str, list[dict[str, float]]] = {}
        try:
            for number, (name, measure) in enumerate(self.measures.items()):
                path = self.places.values(which, number)
                if not (path.is_file() and read_values(path).command == name):
                    held = held or self._opened(which)
                    write_values(path, measure(held, self.progress), name, lines=None)
                saved = read_values(path)
                found[name] = judged_by(saved.values, saved.mean_of)
        finally:
            if held is not None:
                held.close()
        return found

    def _opened(self, which: str) -> Searcher:
        """The corpus indexed with a model: by the user, or from a copy of the store in work."""
        manifest = self.searcher.generation.manifest
        encoder = load_encoder(
            self.base if which == _BASE else str(self.places.model),
            threads=settings().threads,
            prefer=None if manifest.encoder is None else manifest.encoder.backend,
        )
        if encoder.digest == manifest.model_digest:
            return Searcher(self.searcher.folder, encoder=encoder)
        folder = self.places.index(which)
        layout = Layout(folder)
        if not layout.store.is_file():
            folder.mkdir(exist_ok=True)
            partial = layout.store.with_suffix(".partial")
            partial.unlink(missing_ok=True)
            self.searcher.store.copy(partial)
            partial.replace(layout.store)
        Builder(
            folder=folder,
            encoder=encoder,
            recipe=StatementRecipe(manifest.recipe),
            batch_tokens=settings().batch_tokens,
            progress=self.progress,
        ).build()
        return Searcher(folder, encoder=encoder)
