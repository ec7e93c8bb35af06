"""Questions that an index can answer, taken from what it holds, for those who see it first.

A statement or the title of a much cited work that begins with one thing acting on another, in few
words ("EMT induces IL-6 in cells [6, 13]."), is turned into a question ("does EMT induce IL-6").
Those come first of which many papers of the index speak, and which name rare things rather than
"changes" and "effects".
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import cache
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.recipe import plain_text
from semsearch.index.lexical.protocol import LexicalQuery
from semsearch.language.lexicon import PAST, VERB, load_lexicon
from semsearch.language.question import QuestionKind, analyse_question
from semsearch.language.tokens import query_tokens
from semsearch.language.words import STOP_WORDS
from semsearch.retrieve.generation import ids_of
from semsearch.search import Searcher
from semsearch.store.reading import statements
from semsearch.store.resolving import Work
from semsearch.store.works import works

MOST = 5
_STATEMENTS = 12_000  # evenly over the index
_WORKS = 4_000  # the most cited
_AGENT, _TARGET = 2, 3  # words at most
# What follows these is where, when, in whom or another clause, not what is acted on.
_CIRCUMSTANCE = frozenset(
    "in within during under after before by via through for at across among between with on from"
    " without against and but which that who where when while thereby thus leading resulting"
    " because since to as both".split()
)
_PART = re.compile(r"[^\W\d_][\w+'’⁺⁻-]*\w|[A-Z]")
_PARTICIPLE = re.compile(r"[a-z]+ed")
_ADVERB = re.compile(r"[a-z]{3,}ly|also|often", re.I)
_ARTICLES = frozenset(("a", "an", "the"))
_PLURAL = re.compile(r"[a-z]{2,}[^suis\W\d]s")  # no "stress", "virus", "sepsis"

_found: WeakKeyDictionary[Searcher, tuple[str, ...]] = WeakKeyDictionary()
_finding = threading.Lock()


def example_questions(searcher: Searcher) -> tuple[str, ...]:
    """At most ``MOST`` questions of which the index holds something, found once for a searcher.

    No two have the same agent.
    """
    with _finding:
        if searcher not in _found:
            _found[searcher] = _find(searcher)
        return _found[searcher]


def as_question(sentence: str) -> str | None:
    """The question that a sentence or title answers, or what it says behind "that"; else None."""
    for part in (sentence.rpartition(" that ")[2], sentence):
        words = part.strip().rstrip(".").split()[: _AGENT + _TARGET + 4]
        for place, word in enumerate(words[1 : _AGENT + 2], start=1):
            base = _verbs().get(word.lower())
            if base is not None:
                question = _question(words[:place], base, words[place + 1 :])
                if question is not None:
                    return question
                break
    return None


def _question(before: Sequence[str], base: str, behind: Sequence[str]) -> str | None:
    agent = _thing([one for one in before if not _ADVERB.fullmatch(one)])
    target = _thing(_until_circumstance(behind))
    if not 1 <= len(agent) <= _AGENT or not 1 <= len(target) <= _TARGET:
        return None
    for one in (*agent, *target):
        if not _PART.fullmatch(one) or one.lower() in STOP_WORDS or _ADVERB.fullmatch(one):
            return None
    if any(_PARTICIPLE.fullmatch(one) for one in (*agent, target[-1])):
        return None
    generic = load_lexicon().generic
    if any(all(one.lower() in generic for one in side) for side in (agent, target)):
        return None
    agent[0] = _uncapitalised(agent[0])
    auxiliary = "do" if _PLURAL.fullmatch(agent[-1]) else "does"
    question = f"{auxiliary} {' '.join(agent)} {base} {' '.join(target)}"
    read = analyse_question(question)
    whole = read.kind is QuestionKind.YES_NO and read.agent and read.target
    return question if whole else None


def _thing(words: Sequence[str]) -> list[str]:
    """Words without an article before them."""
    return list(words[1:] if words and words[0].lower() in _ARTICLES else words)


def _find(searcher: Searcher) -> tuple[str, ...]:
    ranked = sorted(_candidates(searcher), key=lambda one: (-_worth(searcher, one), len(one), one))
    chosen: dict[str, str] = {}
    for question in ranked:
        chosen.setdefault(question.split()[1].casefold(), question)
        if len(chosen) == MOST:
            break
    return tuple(chosen.values())


def _worth(searcher: Searcher, question: str) -> float:
    """Papers with a statement that holds all names of a question, times how rare they are."""
    read = analyse_question(question)
    texts = searcher.generation.statements
    agent, target = query_tokens(read.agent or ""), query_tokens(read.target or "")
    wanted = LexicalQuery((), phrases=tuple((one,) for one in (*agent, *target)))
    papers = len(np.unique(texts.columns.paper[texts.lexical.matching(wanted)]))
    return papers * min(max(map(texts.lexical.idf, side)) for side in (agent, target))


def _candidates(searcher: Searcher) -> set[str]:
    sentences = (*_short_statements(searcher), *_titles(searcher))
    return {one for sentence in sentences if (one := as_question(sentence)) is not None}


def _short_statements(searcher: Searcher) -> list[str]:
    dense = searcher.generation.statements.dense
    rows: NDArray[np.int64] = np.arange(0, len(dense), max(1, len(dense) // _STATEMENTS))
    held = statements(searcher.store, ids_of(dense, rows))
    return [plain_text(one.text, one.markers) for one in held.values()]


def _titles(searcher: Searcher) -> list[str]:
    """Titles of the works that most statements cite."""
    targets = searcher.generation.statements.columns.targets
    counts = targets.counts(np.ones(len(targets.offsets) - 1, dtype=np.int64))
    most = np.argsort(-counts, kind="stable")[:_WORKS]
    found: Sequence[Work] = list(
        works(searcher.store, [bytes(targets.values[n]).decode() for n in most]).values()
    )
    return [work.title for work in found if work.title is not None]


def _until_circumstance(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        if word.lower() in _CIRCUMSTANCE:
            break
        found.append(word.rstrip(",;:"))
        if word[-1] in ",;:":
            break
    return found


def _uncapitalised(word: str) -> str:
    """A word that opens a sentence as it stands within one; names and symbols stay."""
    return word[0].lower() + word[1:] if word[1:].isalpha() and word[1:].islower() else word


@cache
def _verbs() -> dict[str, str]:
    """Third person and past → base form of the verbs that say more or less of something."""
    return {
        form: word.base
        for form, word in load_lexicon().words.items()
        if word.relation and word.sign and form != word.base
        and (word.code == PAST or (word.code == VERB and form.endswith("s")))
    }  # fmt: skip
