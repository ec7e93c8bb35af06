"""Where a tuning puts things: the model, what is not accepted, and what lasts in between."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from semsearch.encode.tuned import Tuned
from semsearch.encode.writing import replace_bytes
from semsearch.errors import StorageError, UsageError
from semsearch.tune.plan import Plan


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a tuning, beside ``out``, that of an accepted model."""

    out: Path

    @property
    def refused(self) -> Path:
        """The folder of a model that is not accepted."""
        return self.out.with_name(self.out.name + ".not-accepted")

    @property
    def work(self) -> Path:
        """What lasts over an interruption; deleted at the end."""
        return self.out.with_name(self.out.name + ".work")

    @property
    def vectors(self) -> Path:
        """Vectors of the texts that are trained on, by the old model."""
        return self.work / "vectors.npy"

    @property
    def checkpoint(self) -> Path:
        """The state of the training."""
        return self.work / "checkpoint.pt"

    @property
    def chosen(self) -> Path:
        """The share of the new weights that was taken."""
        return self.work / "share.json"

    @property
    def model(self) -> Path:
        """The tuned model before it is judged."""
        return self.work / "model"

    def index(self, which: str) -> Path:
        """An index of the corpus made for judging, of the base or the tuned model."""
        return self.work / f"index-{which}"

    def values(self, which: str, number: int) -> Path:
        """What a set gave, of the base or the tuned model."""
        return self.work / f"{which}-{number}.json"

    def check(self) -> None:
        """Refuse to write over anything.

        Raises:
            UsageError: something is there, or the folder above is not.
        """
        if not self.out.absolute().parent.is_dir():
            raise UsageError(f"the folder {self.out.absolute().parent} does not exist")
        for path in (self.out, self.refused):
            if path.exists():
                raise UsageError(f"{path} exists already; name a new folder for the tuned model")

    def claim(self, plan: Plan, record: Tuned) -> None:
        """Make the work folder, or go on in the one of the same tuning.

        Raises:
            UsageError: it is of another one.
            StorageError: it cannot be written.
        """
        wanted = {"plan": asdict(plan), "base": record.lineage[0], "corpus": record.corpus}
        path = self.work / "tuning.json"
        try:
            if not path.is_file():
                self.work.mkdir(exist_ok=True)
                replace_bytes(path, orjson.dumps(wanted, option=orjson.OPT_INDENT_2))
            held = orjson.loads(path.read_bytes())
        except OSError as error:
            raise StorageError(f"{self.work} cannot be written: {error.strerror}") from error
        for key, value in wanted.items():
            if held.get(key) != value:
                raise UsageError(
                    f"{self.work} is of a tuning with {key} {held.get(key)}, and this one has"
                    f" {value}; ask for the same, or delete that folder to begin anew"
                )
