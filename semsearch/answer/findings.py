"""What one sentence of a study reports: differences and their absence, tests, and its tone.

Words are data, ``answer/data/study_cues.toml``. What is said against a relation is read first and
cut out, so that "no significant difference" is not taken for a significant one. Results of tests
are read as numbers: p-values, intervals of ratios, and coefficients of correlation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log1p

#: The level below which a p-value is a finding.
SIGNIFICANT = 0.05
#: Of one kind of cue no more than so many are counted in a sentence or in a text.
MOST = 2.0
_WEAKLY = 0.5  # of a word of comparison without a test, in the balance of a sentence
_LOW, _HIGH = 0.3, 0.4  # coefficients of correlation

_NUMBER = r"(\d*[.·]\d+|\d+)"
_P_VALUE = re.compile(
    r"\bp(?:[-–\s]*values?)?\s*(?:was|of|is|were)?\s*(?P<sign>[<>=≤≥]|less than)\s*=?\s*"
    rf"(?P<value>{_NUMBER})",
    re.I,
)
_INTERVAL = re.compile(
    r"(?:\bCI|\bconfidence intervals?)\W{0,6}(?:of|was|is)?\D{0,8}(\d+\.\d+)"
    r"\s*(?:-|–|to|,|;|and)\s*(\d+\.\d+)",
    re.I,
)
_RATIO = re.compile(
    r"\b(?:[acio]?(?:OR|RR|HR)s?|IRR|SMR|(?:odds|hazards?|risk|rate)\s+ratios?|relative risk)\b",
    re.I,
)
_COEFFICIENT = re.compile(r"\b(?:r|rho|ρ)(?:\(?[s2²]\)?)?\s*=\s*[-–−]?\s*(0?[.·]\d+)", re.I)
_LEVEL = re.compile(
    r"\b(?:sensitivit(?:y|ies)|specificit(?:y|ies)|accurac(?:y|ies)|predictive values?|AUCs?|ICC|κ|"
    r"kappa|success(?: rates?)?|agreement|concordance|satisf\w+|survival(?: rates?)?|"
    r"area under[^.;\d]{0,30})"
    rf"[^.;\d]{{0,40}}{_NUMBER}(\s?%)?",
    re.I,
)
_SHARE = re.compile(r"\d\s?%")
_LOST = re.compile(
    r"\b(?:after|when|adjust\w*|multivaria\w*)\b[^.]{0,120}\b(?:no|not|disappear\w*|attenuat\w*|lost)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SentenceReport:
    """What a sentence reports.

    Attributes:
        counts: how often each cue stands in it, 0 to ``MOST``, by name ("against.no_effect").
        found: weight of what it reports as found, from 0 up.
        denied: weight of what it reports as not found, from 0 up.
    """

    counts: Mapping[str, float]
    found: float
    denied: float

    @property
    def balance(self) -> float:
        """Above 0 up to 1 for a finding, below 0 down to -1 for a missing one, else 0."""
        return (self.found - self.denied) / (1 + self.found + self.denied)

    @property
    def speaks(self) -> float:
        """How much it reports at all, from 0 up; one finding is about 0.7."""
        return log1p(self.found) + log1p(self.denied)


@cache
def cues() -> Mapping[str, re.Pattern[str]]:
    """The patterns of ``study_cues.toml`` by name, in the order of the file."""
    raw = tomllib.loads((files("semsearch.answer") / "data" / "study_cues.toml").read_text("utf-8"))
    denial = raw["denial"]
    denying = rf"(?:{_words(denial['words'])})[^.;:]{{0,{denial['within']}}}?"
    found: dict[str, re.Pattern[str]] = {}
    for group in ("against", "for", "tone", "question"):
        for name, cue in raw[group].items():
            parts = [_words(cue["words"])] if "words" in cue else []
            if "denied" in cue:
                parts.insert(0, denying + _words(cue["denied"]))
            found[f"{group}.{name}"] = re.compile("|".join(parts), re.I)
    return found


def read_sentence(sentence: str) -> SentenceReport:
    """What a sentence reports; one without any cue reports nothing."""
    counts: dict[str, float] = {}
    left = sentence
    for name, pattern in cues().items():
        group = name.partition(".")[0]
        if group == "against":
            left, number = pattern.subn(" ", left)
            counts[name] = min(number, MOST)
        elif group == "for":
            counts[name] = min(sum(1 for _ in pattern.finditer(left)), MOST)
        elif group == "tone":
            counts[name] = float(pattern.search(sentence) is not None)
    counts["tone.shares"] = max(counts["tone.shares"], float(_SHARE.search(sentence) is not None))
    counts["tone.lost"] = float(_LOST.search(sentence) is not None)
    counts |= _tests(sentence)
    moved = sum(counts[f"for.{name}"] for name in ("compared", "changed", "differed"))
    found = (
        counts["for.significant"]
        + counts["test.small_p"]
        + counts["test.clear_interval"]
        + _WEAKLY * counts["for.related"]
        + _WEAKLY * (moved > 0)
    )
    denied = (
        sum(value for name, value in counts.items() if name.startswith("against."))
        + counts["test.large_p"]
        + counts["test.open_interval"]
        + _WEAKLY * counts["tone.equal"]
    )
    return SentenceReport(counts=counts, found=found, denied=denied)


def levels(text: str) -> list[float]:
    """How well something does, 0–1, by each figure of accuracy, agreement or success in a text."""
    found: list[float] = []
    for match in _LEVEL.finditer(text):
        value = _float(match.group(1))
        if match.group(2) or value > 1:
            value /= 100
        if value <= 1:
            found.append(value)
    return found


def _tests(sentence: str) -> dict[str, float]:
    """The results of tests in a sentence, counted."""
    found = dict.fromkeys(
        ("small_p", "large_p", "clear_interval", "open_interval", "high_r", "low_r"), 0.0
    )
    for match in _P_VALUE.finditer(sentence):
        value, sign = _float(match["value"]), match["sign"].lower()
        if sign in (">", "≥"):
            found["large_p"] += 1
        elif sign == "=":
            found["small_p" if value < SIGNIFICANT else "large_p"] += 1
        else:
            found["small_p" if value <= SIGNIFICANT else "large_p"] += 1
    if _RATIO.search(sentence):
        for low, high in _intervals(sentence):
            found["open_interval" if low <= 1 <= high else "clear_interval"] += 1
    coefficients = [_float(value) for value in _COEFFICIENT.findall(sentence)]
    found["high_r"] = float(any(value >= _HIGH for value in coefficients))
    found["low_r"] = float(any(value < _LOW for value in coefficients))
    return {f"test.{name}": min(value, MOST) for name, value in found.items()}


def _intervals(sentence: str) -> Iterator[tuple[float, float]]:
    for match in _INTERVAL.finditer(sentence):
        low, high = float(match.group(1)), float(match.group(2))
        if low <= high:
            yield low, high


def _float(number: str) -> float:
    return float(number.replace("·", "."))


def _words(entries: str) -> str:
    """A pattern for some entries of ``study_cues.toml``."""
    sources = (
        re.escape(entry).replace(r"\*", r"\w*").replace("_", r"\s+").replace(r"\-", r"[-‐‑–\s]?")
        for entry in entries.split()
    )
    return rf"(?<!\w)(?:{'|'.join(sources)})(?!\w)"
