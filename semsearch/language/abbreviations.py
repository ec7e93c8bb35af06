"""Short forms that papers define, counted over a corpus, and other forms of parts of a question."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.errors import DamageError, SettingError
from semsearch.language.definitions import find_definitions
from semsearch.language.scripts import normal_form
from semsearch.language.tokens import lexical_tokens
from semsearch.language.words import STOP_WORDS, words

#: Papers that must define a form before a question is widened by it; one paper alone may err.
LEAST_PAPERS = 2
#: The same for a long form of one word: its short form is seldom meant by it alone.
LEAST_PAPERS_OF_A_WORD = 5
#: Share of papers from which another sense of a short form makes it ambiguous.
AMBIGUOUS_SHARE = 0.2
#: Share of papers that the commonest sense must have, or none is taken.
LEAST_SHARE = 0.5
_LONGEST = 8  # words of a long form that is looked for in a question

_DASHES = re.compile(r"[-‐‑–—−]")


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a short form."""

    long: str  # as most papers print it
    papers: int  # that define it


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another form of a part of a question, ``text[start:end]``.

    ``searched`` is false where the short form is used for too many things to choose one.
    """

    start: int
    end: int
    other: str
    papers: int
    searched: bool
    others: tuple[str, ...]  # other long forms of the short form that many papers use


def short_key(short: str) -> str:
    """What is equal in two prints of one short form: ``IL-6`` and ``IL6``, ``EMT`` and ``EMTs``."""
    bare = _DASHES.sub("", normal_form(short)).replace(" ", "")
    return bare[:-1] if re.fullmatch(r"\w*[A-Z0-9]s", bare) else bare


def _short_keys(short: str) -> tuple[str, str]:
    """The keys of a short form as it is printed, and with Greek letters for their names."""
    greek = _GREEK_NAME.sub(lambda match: _GREEK_NAMES[match.group()], short)
    return short_key(short), short_key(greek)


def _acid_root(long: str) -> str:
    """What the names of an acid, its salts and its esters begin with; "" for other names."""
    found = _ACID.fullmatch(long)
    return found.group(1).casefold() if found else ""


def long_key(long: str) -> str:
    """What is equal in two prints of one long form: case, hyphens and inflection do not count."""
    return " ".join(lexical_tokens(long))


_Key = tuple[str, str]  # of a short form and of a long form


@dataclass(slots=True)
class Definitions:
    """In how many papers short forms stand for long forms, and how often each is printed how.

    ``papers``: by key, above 0. ``prints``: by key, times that a short and a long form are printed.
    """

    papers: Counter[_Key] = field(default_factory=Counter)
    prints: dict[_Key, Counter[tuple[str, str]]] = field(default_factory=dict)

    def change(self, gone: Definitions, came: Definitions) -> None:
        """Take away what some papers defined, and add what some papers define.

        Raises:
            ValueError: what is gone was not there.
        """
        for found, sign in ((gone, -1), (came, 1)):
            for key, count in found.papers.items():
                self.papers[key] += sign * count
                prints = self.prints.setdefault(key, Counter())
                for printed, often in found.prints[key].items():
                    prints[printed] += sign * often
        for key in {*gone.papers, *came.papers}:
            prints = self.prints[key] = +self.prints[key]
            if self.papers[key] < 0 or bool(self.papers[key]) != bool(prints):
                raise ValueError(f"{key} was not defined by the papers that are taken away")
            if not prints:
                del self.papers[key], self.prints[key]

    def senses(self) -> dict[str, tuple[Sense, ...]]:
        """The senses of each short form, as ``AbbreviationTable`` takes them."""
        senses: dict[str, list[Sense]] = {}
        for (short, long), papers in sorted(
            self.papers.items(), key=lambda item: (item[0][0], -item[1], item[0][1])
        ):
            prints = self.prints[short, long]
            # The commonest print; of equally common ones the first in order.
            (_, printed), _count = min(prints.items(), key=lambda item: (-item[1], item[0]))
            senses.setdefault(short, []).append(Sense(printed, papers))
        return {short: tuple(found) for short, found in senses.items()}

    def as_json(self) -> bytes:
        """What ``changed_json`` takes; equal counts give equal bytes."""
        return orjson.dumps(
            [
                [*key, self.papers[key], [[*one, often] for one, often in sorted(prints.items())]]
                for key, prints in sorted(self.prints.items())
            ]
        )


def changed_json(
    counted: bytes, table: bytes, gone: Definitions, came: Definitions
) -> tuple[bytes, bytes]:
    """Definitions and the table of their senses after a change, as all would give them.

    Only the short forms that the change has are counted and sorted anew.

    Args:
        counted: ``Definitions.as_json`` of what was defined before.
        table: ``senses_json`` of the same.
        gone: what some papers defined.
        came: what some papers define.

    Raises:
        ValueError: these are no such texts, or what is gone was not there.
        TypeError: likewise.
    """
    rows, senses = orjson.loads(counted), orjson.loads(table)
    part = Definitions()
    spans: dict[str, slice] = {}
    for form in sorted({short for short, _ in (*gone.papers, *came.papers)}, reverse=True):
        spans[form] = slice(
            bisect_left(rows, form, key=itemgetter(0)), bisect_right(rows, form, key=itemgetter(0))
        )
        for short, long, papers, prints in rows[spans[form]]:
            part.papers[short, long] = papers
            part.prints[short, long] = Counter({(a, b): often for a, b, often in prints})
    part.change(gone, came)
    found: dict[str, list[object]] = {}
    for row in orjson.loads(part.as_json()):
        found.setdefault(row[0], []).append(row)
    changed = part.senses()
    for form, span in spans.items():  # from the last to the first, so that the others stay in place
        rows[span] = found.get(form, [])
        senses.pop(form, None)
        if form in changed:
            senses[form] = changed[form]
    return orjson.dumps(rows), senses_json(senses)


@dataclass(slots=True)
class AbbreviationMiner:
    """Counts in how many papers each short form stands for each long form."""

    _papers: dict[_Key, set[str]] = field(default_factory=dict)
    _prints: dict[_Key, Counter[tuple[str, str]]] = field(default_factory=dict)

    def read(self, paper: str, text: str) -> None:
        """Count the definitions in a text of a paper."""
        for found in find_definitions(text):
            key = (short_key(found.short), long_key(found.long))
            self._papers.setdefault(key, set()).add(paper)
            self._prints.setdefault(key, Counter())[found.short, found.long] += 1

    def definitions(self) -> Definitions:
        """All that was counted."""
        return Definitions(
            Counter({key: len(papers) for key, papers in self._papers.items()}), self._prints
        )

    def table(self) -> AbbreviationTable:
        """The senses of all that was counted."""
        return AbbreviationTable(self.definitions().senses())


def senses_json(senses: Mapping[str, Sequence[Sense]]) -> bytes:
    """Senses as ``AbbreviationTable.read`` takes them; equal ones give equal bytes."""
    return orjson.dumps(dict(sorted(senses.items())))


@dataclass(frozen=True, slots=True)
class AbbreviationTable:
    """Short forms with their senses, the commonest first.

    Args:
        senses: by ``short_key``.
    """

    senses: dict[str, tuple[Sense, ...]]
    _shorts: dict[str, tuple[str, int]] = field(init=False, repr=False)
    _acids: dict[str, tuple[str, int]] = field(init=False, repr=False)  # by ``_acid_root``

    def __post_init__(self) -> None:
        shorts: dict[str, tuple[str, int]] = {}
        for short, senses in sorted(self.senses.items()):
            for sense in senses:
                key = long_key(sense.long)
                if key not in shorts or shorts[key][1] < sense.papers:
                    shorts[key] = (short, sense.papers)
        object.__setattr__(self, "_shorts", shorts)
        acids: dict[str, tuple[str, int]] = {}
        for short, senses in sorted(self.senses.items()):
            root = _acid_root(senses[0].long) if senses[0].long.casefold().endswith("acid") else ""
            papers = sum(sense.papers for sense in senses if _acid_root(sense.long) == root)
            if root and (root not in acids or acids[root][1] < papers):
                acids[root] = (short, papers)
        object.__setattr__(self, "_acids", acids)

    def alternatives(self, text: str) -> tuple[Alternative, ...]:
        """Other forms of what a question names, in its order; no two of one part overlap.

        A short form that the text defines itself, "glutamine cyclase (GC)", has no other.
        """
        found: list[Alternative] = []
        own = {short_key(definition.short) for definition in find_definitions(text)}
        spans = list(words(text))
        position = 0
        while position < len(spans):
            size, alternative = self._at(text, spans, position)
            if alternative is not None and (
                short_key(text[alternative.start : alternative.end]) not in own
            ):
                found.append(alternative)
            position += size
        return tuple(found)

    def corrected(self, path: Path) -> AbbreviationTable:
        """The table with a user's list applied.

        A line is a short form, a tab and a long form, which is added as the commonest sense; with a
        minus before the short form the sense is forbidden, and without a long form all its senses.
        Empty lines and those that begin with # are passed over.

        Raises:
            SettingError: the file cannot be read, or a line is not of this form.
        """
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(
                f"{path} cannot be read as a list of abbreviations: {error}"
            ) from error
        senses = dict(self.senses)
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            short, _, long = (part.strip() for part in line.partition("\t"))
            key = short_key(short.removeprefix("-"))
            if not key or not (long or short.startswith("-")):
                raise SettingError(
                    f"{path} line {number} is {line!r},"
                    " expected a short form, a tab and a long form"
                )
            others = tuple(
                s for s in senses.get(key, ()) if long and long_key(s.long) != long_key(long)
            )
            if not short.startswith("-"):
                most = max((s.papers for s in senses.get(key, ())), default=0)
                others = (Sense(long, max(most, LEAST_PAPERS)), *others)
            senses[key] = others
        return AbbreviationTable({short: found for short, found in senses.items() if found})

    def as_json(self) -> bytes:
        """The table as ``read`` takes it; equal tables give equal bytes."""
        return senses_json(self.senses)

    @staticmethod
    def read(path: Path) -> AbbreviationTable:
        """A table that ``as_json`` gave.

        Raises:
            DamageError: the file is missing or holds something else.
        """
        try:
            return AbbreviationTable(_TABLE.validate_json(path.read_bytes()))
        except (OSError, ValidationError) as error:
            raise DamageError(f"{path} cannot be read as abbreviations: {error}") from error

    def _at(
        self, text: str, spans: list[tuple[int, int]], position: int
    ) -> tuple[int, Alternative | None]:
        """How many words the form at this word has, and its alternative."""
        start = spans[position][0]
        for size in range(min(_LONGEST, len(spans) - position), 0, -1):
            end = spans[position + size - 1][1]
            part = text[start:end]
            known = self._shorts.get(long_key(part)) if size > 1 or len(part) > 3 else None
            acid = self._acids.get(_acid_root(part)) if size == 1 else None
            if acid is not None and acid[1] >= LEAST_PAPERS_OF_A_WORD:
                return size, Alternative(start, end, acid[0], acid[1], True, ())
            least = LEAST_PAPERS if size > 1 else LEAST_PAPERS_OF_A_WORD
            if known is not None and known[1] >= least and part not in STOP_WORDS:
                mine = long_key(part)
                chosen = self.senses[known[0]][0]
                others = tuple(s.long for s in self._common(known[0]) if long_key(s.long) != mine)
                if long_key(chosen.long) == mine:
                    return size, Alternative(start, end, known[0], known[1], True, others)
                # The short form mostly means something else: as a word it would mislead.
                return size, Alternative(start, end, known[0], known[1], False, others)
        part = text[slice(*spans[position])]
        key = next((k for k in _short_keys(part) if k in self.senses), short_key(part))
        senses = self.senses.get(key, ())
        if not senses or senses[0].papers < LEAST_PAPERS or part.casefold() in STOP_WORDS:
            return 1, None
        total = sum(sense.papers for sense in senses)
        others = tuple(s.long for s in self._common(key)[1:])
        clear = senses[0].papers >= LEAST_SHARE * total
        end = spans[position][1]
        return 1, Alternative(start, end, senses[0].long, senses[0].papers, clear, others)

    def _common(self, short: str) -> list[Sense]:
        senses = self.senses[short]
        total = sum(sense.papers for sense in senses)
        return [
            s
            for s in senses
            if s is senses[0] or s.papers >= max(LEAST_PAPERS, AMBIGUOUS_SHARE * total)
        ]


# Ends of the names of one thing: "jasmonic acid", "jasmonate", "jasmonates"; "gibberellic acid",
# "gibberellin"; before them its root.
_ACID = re.compile(r"([a-z-]*[a-z]{4})(?:ic acids?|ates?|ins?)", re.I)
_GREEK_NAMES = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "kappa": "κ",
    "lambda": "λ", "omega": "ω",
}  # fmt: skip
_GREEK_NAME = re.compile(rf"(?<=[A-Z0-9‐‑–-])({'|'.join(_GREEK_NAMES)})(?![a-z])")
_TABLE = TypeAdapter(dict[str, tuple[Sense, ...]])
