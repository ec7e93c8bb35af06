"""The type of every citation of a statement.

- **supporting**: the statement gives evidence that agrees with what the cited work found.
- **contrasting**: it gives evidence, or claims outright, that differs from what the work found.
- **mentioning**: everything else, such as background, methods and definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.classify.cues import shipped_cues
from semsearch.classify.features import features_of, neighbour
from semsearch.classify.model import TYPES, TypeModel, shipped_model
from semsearch.classify.printed import printed_markers
from semsearch.classify.scope import views_of
from semsearch.classify.tokens import tokens_of
from semsearch.records import CitationType, Marker


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest type of a citation, never unclassified, and its probability, 1/3–1."""

    type: CitationType
    confidence: float

    def at(self, threshold: float) -> CitationType:
        """The type, or unclassified where the probability is below a threshold, 0–1."""
        return self.type if self.confidence >= threshold else CitationType.UNCLASSIFIED


#: What a comparison that follows another leaves of the probabilities, in the order of ``TYPES``:
#: what was compared once is compared again, and the relation says with which outcome.
_FOLLOWING: Final = {
    "agree": np.array([0.2, 1.0, 0.3]),
    "similar": np.array([0.2, 1.0, 0.3]),
    "disagree": np.array([1.0, 0.2, 0.3]),
    "differ": np.array([1.0, 0.2, 0.3]),
}


def view_chances(
    text: str,
    markers: Sequence[Marker],
    *,
    before: str | None,
    after: str | None,
    heading: str | None,
    model: TypeModel,
) -> list[tuple[tuple[int, ...], NDArray[np.float64]]]:
    """Markers and (3,) float64 probabilities of each view of a statement, at least one view."""
    cues = shipped_cues()
    units = cues.units(tokens_of(text, markers))
    ahead, behind = neighbour(cues, before), neighbour(cues, after)
    found: list[tuple[tuple[int, ...], NDArray[np.float64]]] = []
    compared = False
    for view in views_of(units):
        features = features_of(
            view.units, before=ahead, after=behind, heading=heading, known=model.words
        )
        chance = model.probabilities(features)
        if compared and view.relation is not None:
            chance = chance * _FOLLOWING[view.relation]
            chance /= chance.sum()
        compared = TYPES[int(chance.argmax())] is not CitationType.MENTIONING
        found.append((view.markers, chance))
    return found


def predict_markers(
    text: str,
    markers: Sequence[Marker],
    *,
    before: str | None = None,
    after: str | None = None,
    heading: str | None = None,
    model: TypeModel | None = None,
) -> list[Prediction]:
    """What a statement says of each of its markers, in their order.

    Args:
        text: the statement as printed.
        markers: its markers, sorted by start.
        before: the sentence before it.
        after: the sentence after it.
        heading: the printed heading.
        model: None for the one that comes with this package.
    """
    fitted = model or shipped_model()
    views = view_chances(text, markers, before=before, after=after, heading=heading, model=fitted)
    found: dict[int, Prediction] = {}
    for places, chance in views:
        found |= dict.fromkeys(places, _prediction(chance))
    if len(found) < len(markers):  # one overlaps another
        found = dict.fromkeys(range(len(markers)), _strongest(views)) | found
    return [found[place] for place in range(len(markers))]


def predict_text(
    text: str,
    *,
    before: str | None = None,
    after: str | None = None,
    heading: str | None = None,
    model: TypeModel | None = None,
) -> NDArray[np.float64]:
    """(3,) float64 probabilities of the most marked citation of a statement without markers.

    In the order of ``TYPES``; markers are found by how they are printed. The arguments are those of
    ``predict_markers``.
    """
    fitted = model or shipped_model()
    markers = printed_markers(text)
    views = view_chances(text, markers, before=before, after=after, heading=heading, model=fitted)
    return most_marked(chance for _, chance in views)


def most_marked(chances: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The probabilities of the view whose likeliest type is the most marked.

    Contrasting is more marked than supporting, that than mentioning; of two views with the same
    type the surer one counts.
    """
    return min(chances, key=lambda chance: (int(chance.argmax()), -float(chance.max())))


def _strongest(views: Sequence[tuple[tuple[int, ...], NDArray[np.float64]]]) -> Prediction:
    return _prediction(most_marked(chance for _, chance in views))


def _prediction(chance: NDArray[np.float64]) -> Prediction:
    place = int(chance.argmax())
    return Prediction(TYPES[place], round(float(chance[place]), 4))


def of_references(
    markers: Sequence[Marker], predictions: Sequence[Prediction]
) -> Mapping[str, Prediction]:
    """Key of a reference → what is said of it; of several markers the most marked counts."""
    found: dict[str, Prediction] = {}
    for marker, prediction in zip(markers, predictions, strict=True):
        for key in marker.references:
            held = found.get(key)
            if held is None or _rank(prediction) < _rank(held):
                found[key] = prediction
    return found


def _rank(prediction: Prediction) -> tuple[int, float]:
    return TYPES.index(prediction.type), -prediction.confidence
