"""The cue phrases of ``data/cues.toml`` and where they stand among the tokens of a sentence."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from semsearch.classify.tokens import Token

_SLOT = re.compile(r"\([^)]*\)|\[[^\]]*\]|\S+")
_STEM: Final = 4  # fewest letters before "*"


@dataclass(slots=True)
class _Node:
    cue: str | None = None
    words: dict[str, _Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Cues:
    """Phrases by their words. ``root``: a tree of words. ``stems``: beginning of a word → class."""

    root: _Node
    stems: dict[str, str]

    def units(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens with each cue as one of them; the longest phrase first."""
        found: list[Token] = []
        done = 0
        for start, end, cue in self.places([token.text for token in tokens]):
            found += tokens[done:start]
            held = tokens[start:end]
            markers = tuple(m for token in held for m in token.markers)
            found.append(Token(" ".join([token.text for token in held]), markers, cue))
            done = end
        return found + list(tokens[done:])

    def places(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Start, end and class of each cue among words, in order; the longest phrase first."""
        found: list[tuple[int, int, str]] = []
        done, count = 0, len(words)
        for position, word in enumerate(words):
            begun = _begun(self, word)
            if begun is None or position < done:
                continue
            node, stem = begun
            end, cue, place = position + 1, None, position + 1
            while node is not None:
                if node.cue is not None:
                    end, cue = place, node.cue
                if place == count:
                    break
                node = node.words.get(words[place])
                place += 1
            if cue is None:
                cue = stem
            if cue is not None:
                found.append((position, end, cue))
                done = end
        return found


@lru_cache(maxsize=2**16)
def _begun(cues: Cues, word: str) -> tuple[_Node | None, str | None] | None:
    """Where the phrases that begin with a word stand, and its class by its stem."""
    node = cues.root.words.get(word)
    lengths = range(_STEM, len(word) + 1)
    stem = next((cues.stems[word[:n]] for n in lengths if word[:n] in cues.stems), None)
    return (node, stem) if node is not None or stem is not None else None


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
