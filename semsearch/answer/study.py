"""What the text of one study says to a yes/no question.

``verdict.decide`` weighs many papers, each of which must state both sides of the asked relation.
The text of one study seldom does: it reports tests ("there was no significant difference"), and
what they mean for the question follows from how it was asked. Here the sentences that report
findings are read for cues (``findings``), the cues of the text and of the question are summed up as
features, and two logistic models with weights fitted by ``scripts/train_study_verdict.py`` decide
in turn: whether the study leaves the question open, and if not, whether it affirms it. Together
they are a continuation-ratio model (Agresti 2002, Categorical Data Analysis, chapter 7):

    P(maybe) = s(a·x),  P(yes) = (1 - P(maybe)) s(b·z),  P(no) = (1 - P(maybe)) (1 - s(b·z))

The verdict is the class of the highest probability times its ``lift``, which makes up for classes
being unequally frequent. Maybe is **probably** where yes has at least ``LEANING_SHARE`` of what is
left to yes and no, else **mixed**. The verdict is **unknown** where the question asks for more than
yes or no ("which …"), or where the texts hold next to none of its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import exp, log1p

import orjson

from semsearch.answer.findings import MOST, SentenceReport, cues, levels, read_sentence
from semsearch.answer.verdict import LEANING_SHARE, VerdictKind
from semsearch.language.question_forms import OPENERS
from semsearch.language.sentences import split_sentences
from semsearch.language.words import STOP_WORDS, content_words, words

#: Share of the question's words that the texts must hold; below it they speak of something else.
LEAST_SHARED = 0.15
_ENOUGH = 0.5  # that the last texts report, so that those before them are not read for findings
_BARELY = 0.1  # weight of a sentence that shares no word with the question
_USUAL_LEVEL = 0.75  # of accuracy, agreement and success
_SHORT_NAME = re.compile(r"\b[A-Z]{3,8}\b")
_CLAUSE = r"(?:^|[:.?,;\-–—]\s*)(?:\w+ )?"
_ASKS = re.compile(
    _CLAUSE
    + r"(?:do|does|did|is|are|can|could|should|has|have|will|would|was|were|must|may|might)\b",
    re.IGNORECASE,
)


class Side(StrEnum):
    """What a sentence reports."""

    FOUND = "found"  # a difference, an effect, a relation
    DENIED = "denied"  # that there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """A sentence that reports a finding: characters ``start`` to ``end`` of ``texts[text]``."""

    text: int
    start: int
    end: int
    side: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyVerdict:
    """What one study says, with the sentences that it rests on.

    ``yes``, ``no`` and ``maybe`` are probabilities that add up to 1; all None where the verdict is
    unknown.
    """

    verdict: VerdictKind
    yes: float | None
    no: float | None
    maybe: float | None
    findings: tuple[ReportedFinding, ...]  # in the order of the texts


@dataclass(frozen=True, slots=True)
class StudyFeatures:
    """Features of a question and a study by name, one mapping for each model."""

    maybe: Mapping[str, float]
    affirmed: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyModel:
    """Weights of both models by the name of a feature, "bias" among them, and lifts by class."""

    maybe: Mapping[str, float]
    affirmed: Mapping[str, float]
    lift: Mapping[str, float]

    def chances(self, features: StudyFeatures) -> dict[str, float]:
        """The probabilities of "yes", "no" and "maybe"; they add up to 1."""
        maybe = _logistic(self.maybe, features.maybe)
        yes = _logistic(self.affirmed, features.affirmed)
        return {"yes": (1 - maybe) * yes, "no": (1 - maybe) * (1 - yes), "maybe": maybe}

    def choose(self, chances: Mapping[str, float]) -> str:
        """The class whose lifted probability is highest."""
        return max(chances, key=lambda name: chances[name] * self.lift[name])


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: int
    start: int
    end: int
    report: SentenceReport
    weight: float  # by the words of the question, 0.03 to 1.2


@cache
def shipped_model() -> StudyModel:
    """The weights that come with this package."""
    raw = orjson.loads((files("semsearch.answer") / "data" / "study_verdict.json").read_bytes())
    return StudyModel(maybe=raw["maybe"], affirmed=raw["affirmed"], lift=raw["lift"])


def verdict_of_study(
    question: str, texts: Sequence[str], *, model: StudyModel | None = None
) -> StudyVerdict:
    """What the texts of one study say to a question.

    Args:
        question: a yes/no question, also in the form of a title ("X: a cause of Y?").
        texts: paragraphs of an abstract or of a results section, in the order of the study.
        model: weights to decide with; those of the package if None.
    """
    if not _speak_of(question, texts):
        return StudyVerdict(verdict=VerdictKind.UNKNOWN, yes=None, no=None, maybe=None, findings=())
    sentences = _findings_of(question, texts)
    used = model or shipped_model()
    chances = used.chances(_features(question, texts, sentences))
    decided = used.choose(chances)
    if decided == "maybe":
        leaning = chances["yes"] >= LEANING_SHARE * (chances["yes"] + chances["no"])
        kind = VerdictKind.PROBABLY if leaning else VerdictKind.MIXED
    else:
        kind = VerdictKind(decided)
    return StudyVerdict(
        verdict=kind,
        yes=chances["yes"],
        no=chances["no"],
        maybe=chances["maybe"],
        findings=tuple(
            ReportedFinding(
                text=sentence.text,
                start=sentence.start,
                end=sentence.end,
                side=Side.FOUND if sentence.report.balance > 0 else Side.DENIED,
            )
            for sentence in sentences
            if sentence.report.balance
        ),
    )


def study_features(question: str, texts: Sequence[str]) -> StudyFeatures | None:
    """Features of a question and a study; None where the verdict is unknown without any weight."""
    if not _speak_of(question, texts):
        return None
    return _features(question, texts, _findings_of(question, texts))


def _speak_of(question: str, texts: Sequence[str]) -> bool:
    """Whether it can be answered with yes or no, and the texts hold enough of its words."""
    asked = content_words(question)
    if not asked or OPENERS.match(question.strip()):
        return False
    shared = asked & frozenset[str]().union(*(content_words(text) for text in texts))
    return len(shared) >= LEAST_SHARED * len(asked) or _names_shortly(question, texts)


def _names_shortly(question: str, texts: Sequence[str]) -> bool:
    """Whether the texts use the first letters of successive words of the question as a name."""
    spans = words(question)
    letters = "".join(
        question[start] for start, end in spans if question[start:end].lower() not in STOP_WORDS
    ).upper()
    return any(name in letters for text in texts for name in _SHORT_NAME.findall(text))


def _findings_of(question: str, texts: Sequence[str]) -> list[_Sentence]:
    """The sentences of the last text, and of those before it until enough is reported."""
    asked = content_words(question)
    found: list[_Sentence] = []
    for number in reversed(range(len(texts))):
        text = texts[number]
        here = []
        for start, end in split_sentences(text):
            sentence = text[start:end]
            share = len(asked & content_words(sentence)) / len(asked)
            here.append(
                _Sentence(number, start, end, read_sentence(sentence), (_BARELY + share) ** 1.5)
            )
        found = here + found
        if sum(sentence.report.speaks for sentence in here) > _ENOUGH:
            break
    return found


def _features(question: str, texts: Sequence[str], sentences: Sequence[_Sentence]) -> StudyFeatures:
    reports = [sentence.report for sentence in sentences]
    counts = {name: [report.counts[name] for report in reports] for name in reports[0].counts}
    counts |= {
        "sum.found": [log1p(report.found) for report in reports],
        "sum.denied": [log1p(report.denied) for report in reports],
        "sum.balance": [report.balance for report in reports],
    }
    weights = [sentence.weight for sentence in sentences]
    of_asked = {
        name: sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
        for name, values in counts.items()
    }
    affirmed = {name: min(sum(values), MOST) for name, values in counts.items()}
    for name in ("sum.found", "sum.denied", "sum.balance"):
        affirmed[name.replace("sum", "mean")] = sum(counts[name]) / len(sentences)
    found = levels(" ".join(texts[s.text][s.start : s.end] for s in sentences))
    affirmed["level"] = sum(found) / len(found) - _USUAL_LEVEL if found else 0.0
    for name, pattern in cues().items():
        if name.startswith("question."):
            affirmed[name] = float(pattern.search(question) is not None)
    affirmed["question.title"] = float(_ASKS.search(question) is None)
    return StudyFeatures(maybe={"bias": 1.0, **of_asked}, affirmed={"bias": 1.0, **affirmed})


def _logistic(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """The logistic function of the weighted sum of those features that have a weight."""
    total = sum(weight * features[name] for name, weight in weights.items())
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
