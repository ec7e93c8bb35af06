"""Tuning a model on an index, from the pairs to the folder of the model.

Everything that takes long lasts: the work folder ``OUT.work`` has the vectors of the texts, the
state of the training, the tuned model and the values of each evaluation, and the same command goes
on from there. It is deleted at the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import TypeAdapter

from semsearch.encode.encoder import REFERENCE
from semsearch.encode.loading import load_encoder
from semsearch.encode.token_codes import fit_codec
from semsearch.encode.tuned import Tuned, write_tuned
from semsearch.encode.writing import replace_bytes
from semsearch.errors import EncoderError, EvaluationError, StorageError, UsageError
from semsearch.progress import Progress, Quiet
from semsearch.search import Searcher
from semsearch.settings import Backend, settings
from semsearch.tune.acceptance import Table
from semsearch.tune.blending import blended, choose_share
from semsearch.tune.card import Told, card
from semsearch.tune.judging import Judge
from semsearch.tune.negatives import encode_all, texts_of
from semsearch.tune.pairs import Pairs, collect_pairs, counted
from semsearch.tune.passes import check_tunable
from semsearch.tune.places import Places
from semsearch.tune.plan import Batches, Plan
from semsearch.tune.sets import NamedSet, measures_of
from semsearch.tune.training import Training

if TYPE_CHECKING:
    from semsearch.encode.torch_encoder import SentenceTransformerEncoder

#: Questions of ``eval cite`` and ``eval similar``.
QUESTIONS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The share of the new weights that was taken, and the mean measure of each that was tried."""

    share: float
    tried: dict[float, float]


_CHOSEN = TypeAdapter(Chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What came out.

    ``folder``: of the model; ``refusal``: why it was not accepted, as the end of a sentence, None
    where it was. ``pairs``: training pairs by kind. ``share``: of the new weights that was taken.
    """

    folder: str
    refusal: str | None
    pairs: Mapping[str, int]
    share: float
    mean_gain: float
    table: Table


def tune_model(
    index: Path | str | None,
    out: Path | str,
    *,
    model: str | None = None,
    plan: Plan | None = None,
    sets: Sequence[NamedSet] = (),
    questions: int = QUESTIONS,
    progress: Progress | None = None,
    stop: Callable[[int], bool] | None = None,
) -> Tuning:
    """Tune a model on an index, and accept it only where the evaluation sets improve.

    May be interrupted and called again with the same arguments: it goes on where it stopped, and
    gives the same model as without the interruption on the same machine.

    Args:
        index: folder of the index, which is only read; the setting ``index`` when None.
        out: folder for the tuned model, which must not be there. What is not accepted is written
            into ``OUT.not-accepted`` beside it.
        model: name or folder of the model to tune; that of the index when None.
        plan: how to train.
        sets: evaluation sets beside those from the index itself.
        questions: most that are asked of each set from the index itself, at least 1.
        progress: shows how far it is.
        stop: asked before each step whether to be interrupted there.

    Raises:
        UsageError: the folder is there, or the work folder is of another tuning.
        EncoderError: the model cannot be loaded or tuned.
        EvaluationError: the index has nothing to learn from or nothing to ask about.
        StorageError: a folder cannot be written.
        KeyboardInterrupt: interrupted; the work folder has what was done.
    """
    places, how, shown = Places(Path(out)), plan or Plan(), progress or Quiet()
    places.check()
    if questions < 1:
        raise UsageError(f"questions is {questions}; expected 1 or more")
    measures = measures_of(tuple(sets), questions)
    searcher = Searcher(index)
    try:
        name = model or searcher.generation.manifest.model
        reference = load_reference(name)
        check_tunable(reference.model, name, how.layers)
        record = Tuned(
            base=name,
            lineage=(reference.digest, *(reference.tuned.lineage if reference.tuned else ())),
            corpus=searcher.generation.manifest.content_digest,
            accepted=None,
        )
        places.claim(how, record)
        pairs = collect_pairs(searcher)
        if not pairs.training:
            raise EvaluationError(
                f"{searcher.folder} has nothing to learn from: of the papers that the evaluation"
                " does not ask about, none cites a work with a title or has an abstract"
            )
        chosen = _Task(places, how, record, pairs, shown).chosen(reference, stop)
        judge = Judge(
            places=places, searcher=searcher, base=name, measures=measures, progress=shown
        )
        table = judge.table()
    finally:
        searcher.close()
    record = replace(record, accepted=table.refusal is None)
    told = Told(
        record=record,
        plan=how,
        pairs=counted(pairs.training),
        papers=pairs.papers,
        share=chosen.share,
        tried=chosen.tried,
        table=table,
    )
    folder = places.out if record.accepted else places.refused
    _finish(places, told, folder)
    return Tuning(
        folder=str(folder),
        refusal=table.refusal,
        pairs=told.pairs,
        share=chosen.share,
        mean_gain=table.mean_gain,
        table=table,
    )


def load_reference(name: str) -> SentenceTransformerEncoder:
    """A model as sentence-transformers loads it.

    Raises:
        EncoderError: it cannot be loaded.
    """
    from semsearch.encode.torch_encoder import SentenceTransformerEncoder

    found = load_encoder(name, threads=settings().threads, backend=Backend.TORCH, prefer=REFERENCE)
    if not isinstance(found, SentenceTransformerEncoder):
        raise EncoderError(f"the model {name!r} is not one of sentence-transformers")
    return found


@dataclass(frozen=True, slots=True)
class _Task:
    """Makes the tuned model; what is in the work folder already is not made again."""

    places: Places
    plan: Plan
    record: Tuned
    pairs: Pairs
    progress: Progress

    def chosen(
        self, reference: SentenceTransformerEncoder, stop: Callable[[int], bool] | None
    ) -> Chosen:
        """Train, choose the share, and write the model; ``reference`` is changed by it."""
        if self.places.model.is_dir():
            return _CHOSEN.validate_json(self.places.chosen.read_bytes())
        codec = fit_codec(reference)
        if codec is None:
            raise EncoderError(
                f"the model {self.record.base!r} cannot be tuned: it has no token vectors"
            )
        model = reference.model
        old = {key: value.detach().clone() for key, value in model.state_dict().items()}
        batches = Batches(self.plan, self.pairs.training, self._vectors())
        Training(model, codec, self.plan, batches, self.places.checkpoint).run(
            self.progress, stop=stop
        )
        new = {key: value.detach().clone() for key, value in model.state_dict().items()}
        share, tried = choose_share(
            model,
            old=old,
            new=new,
            pairs=self.pairs.validation,
            codec=codec,
            progress=self.progress,
        )
        model.cpu().load_state_dict(blended(old, new, share))
        found = Chosen(share=share, tried=tried)
        replace_bytes(self.places.chosen, orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS))
        partial = self.places.model.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        model.save(str(partial), create_model_card=False)
        write_tuned(partial, self.record)
        partial.rename(self.places.model)
        return found

    def _vectors(self) -> NDArray[np.float32]:
        """The vectors of all texts of the training pairs by the old model."""
        path = self.places.vectors
        if not path.is_file():
            encoder = load_encoder(self.record.base, threads=settings().threads)
            found = encode_all(texts_of(self.pairs.training), encoder, self.progress)
            partial = path.with_name("vectors.partial.npy")
            np.save(partial, found)
            partial.replace(path)
        vectors: NDArray[np.float32] = np.load(path)
        return vectors


def _finish(places: Places, told: Told, folder: Path) -> None:
    """Give the model its record and card, move it to its place, and delete the work folder."""
    try:
        write_tuned(places.model, told.record)
        replace_bytes(places.model / "README.md", card(told).encode())
        places.model.rename(folder)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from error
    shutil.rmtree(places.work)
