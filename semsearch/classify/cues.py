"""The cue phrases of ``data/cues.toml`` and where they stand among the tokens of a sentence."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

from semsearch.classify.tokens import Token

_SLOT = re.compile(r"\([^)]*\)|\[[^\]]*\]|\S+")
_STEM: Final = 4  # fewest letters before "*"


@dataclass(frozen=True, slots=True)
class Unit:
    """A cue, or one token that is in no cue.

    ``start`` and ``end``: its tokens, half open. ``cue``: its class, or None. ``text``: the token,
    or the words of the cue.
    """

    start: int
    end: int
    cue: str | None
    text: str


@dataclass(slots=True)
class _Node:
    cue: str | None = None
    words: dict[str, _Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cues:
    """Phrases by their words. ``root``: a tree of words. ``stems``: beginning of a word → class."""

    root: _Node
    stems: dict[str, str]

    def units(self, tokens: Sequence[Token]) -> list[Unit]:
        """The tokens in units, each token in exactly one; the longest phrase first."""
        words = [token.text for token in tokens]
        found: list[Unit] = []
        position, count, root = 0, len(words), self.root.words
        while position < count:
            node = root.get(words[position])
            end, cue, place = position + 1, None, position + 1
            while node is not None:
                if node.cue is not None:
                    end, cue = place, node.cue
                if place == count:
                    break
                node = node.words.get(words[place])
                place += 1
            if cue is None:
                cue = self._by_stem(words[position])
            found.append(Unit(position, end, cue, " ".join(words[position:end])))
            position = end
        return found

    def _by_stem(self, word: str) -> str | None:
        for length in range(_STEM, len(word) + 1):
            cue = self.stems.get(word[:length])
            if cue is not None:
                return cue
        return None


def read_cues(text: str) -> Cues:
    """The cues of a file in the form of ``data/cues.toml``."""
    root = _Node()
    stems: dict[str, str] = {}
    for name, table in tomllib.loads(text).items():
        for line in table["phrases"].splitlines():
            for phrase in _expanded(line):
                if len(phrase) == 1 and phrase[0].endswith("*"):
                    stems.setdefault(phrase[0][:-1], name)
                    continue
                node = root
                for word in phrase:
                    node = node.words.setdefault(word.removesuffix("*"), _Node())
                node.cue = node.cue or name
    return Cues(root, stems)


def _expanded(line: str) -> Iterator[list[str]]:
    choices: list[list[str]] = []
    for slot in _SLOT.findall(line):
        if slot[0] in "([":
            options = [part.strip() for part in slot[1:-1].split("|")]
            choices.append([*options, ""] if slot[0] == "[" else options)
        else:
            choices.append([slot])
    for chosen in itertools.product(*choices):
        words = " ".join(chosen).split()
        if words:
            yield words


@cache
def shipped_cues() -> Cues:
    """The cues that come with this package."""
    return read_cues((files("semsearch.classify") / "data" / "cues.toml").read_text("utf-8"))
