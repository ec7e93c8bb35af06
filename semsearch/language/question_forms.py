"""The forms in which questions are asked, each with its agent, verb and target.

Every function gives what it found as ``Found``: agent, verb and target as the question has them,
in the order agent, verb, target for verbs whose subject acts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from semsearch.language.lexicon import Lexicon, Word, load_data, load_lexicon

Found = tuple[str, Word, str]

#: What open questions begin with.
OPENERS = re.compile(
    r"^(?:in\s+)?(?:wh(?:at|ich|o|om|ose|en|ere|y)|how|name|list|tell|describe|explain)\b", re.I
)
_ARROW = re.compile(r"\s*(?:→|⟶|⇒|-+>|=+>|⊣|-\|)\s*")
_DOWN = re.compile(r"⊣|-\|")
_LIGHT = (
    r"(?:roles?|effects?|impacts?|influences?|contributions?|actions?|importance|involvement|"
    r"functions?)"
)
_ROLE = re.compile(
    rf"\b{_LIGHT}\s+of\s+(?P<agent>.+?)\s+(?:on|in|upon|to|for)\s+(?P<target>.+)$", re.I
)
_NOMINAL = re.compile(
    r"^(?:the\s+)?(?P<noun>[\w-]+)\s+(?:of|in)\s+(?P<target>.+?)\s+by\s+(?P<agent>.+)$", re.I
)
_CLAUSE_BE = re.compile(r"^(?P<subject>.+?)\s+(?:is|are|was|were)\s+(?P<rest>.+)$", re.I)
_HOW = re.compile(
    r"^(?:in\s+)?(?:how|why|when|where)\s+(?:do|does|did|can|could|is|are|was|were)\s+", re.I
)
_NOUN_PHRASE_BEFORE = re.compile(
    r"\s+(?:an?|the|one|major|key|important|main|potent)\b.*$", re.I
)  # "aspirin an" of "is aspirin an inhibitor of Y"
_WORD = re.compile(r"[^\W_][\w'’]*(?:[-‐‑–][^\W_][\w'’]*)*")
_BEFORE_NOUN = frozenset("a an the of in by for on with from".split())
_BEFORE_EITHER = frozenset("and or to".split())
_LONGEST = 4  # words of a verb
_SHORTEST_CORRECTED = 6  # letters of a verb from which a wrong one is told from another word
_UNLIKELY = -2.5  # scores below this are of nouns
_VERB_ENDINGS = ("ize", "ise", "ify", "ate", "en")


@dataclass(frozen=True, slots=True)
class _Forms:
    """``questions.toml`` as tables."""

    predicates: Mapping[tuple[str, str], tuple[str, bool]]  # word, next: verb, subject acts
    infinitive: frozenset[str]
    passive: frozenset[str]
    seldom_verbs: frozenset[str]
    verbs: frozenset[str]
    adverbs: frozenset[str]
    compound: re.Pattern[str]


@cache
def _forms() -> _Forms:
    data = load_data("questions.toml")
    lists = {name: frozenset(listed.split()) for name, listed in data["words"].items()}
    return _Forms(
        predicates={
            (word, after): (row["verb"], row["subject"] == "acts")
            for row in data["predicate"]
            for word in row["words"].split()
            for after in row["after"].split()
        },
        infinitive=lists["infinitive"],
        passive=lists["passive"],
        seldom_verbs=lists["seldom_verbs"],
        verbs=lists["verbs"],
        adverbs=lists["adverbs"],
        compound=re.compile(
            rf"^(?P<agent>\S.*?)[-‐‑– ](?P<verb>{'|'.join(sorted(lists['compound']))})\s+"
            r"(?P<target>.+)$",
            re.I,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """The words of a clause without its auxiliary."""

    text: str
    spans: Sequence[tuple[int, int]]
    words: Sequence[str]

    @classmethod
    def of(cls, text: str) -> _Row:
        spans = [match.span() for match in _WORD.finditer(text)]
        return cls(text, spans, [text[start:end].lower() for start, end in spans])

    def before(self, position: int) -> str:
        return self.text[: self.spans[position][0]]

    def behind(self, position: int) -> str:
        return self.text[self.spans[position][1] :]


def find_asked(rest: str, *, passive_first: bool) -> Found | None:
    """The parts of a question behind its auxiliary.

    Args:
        rest: "X induce Y" of "does X induce Y", "Y induced by X" of "is Y induced by X".
        passive_first: whether the auxiliary is a form of "be".
    """
    if passive_first:
        return _predicate(rest) or _active(rest)
    return _active(rest) or _predicate(rest)


def find_stated(bare: str) -> Found | None:
    """The parts of what is no question by its form: "role of X in Y", "X → Y", "X-induced Y"."""
    parts = _ARROW.split(bare)
    if len(parts) == 2 and all(part.strip() for part in parts):
        return parts[0], _base("inhibit" if _DOWN.search(bare) else "induce"), parts[1]
    role = _ROLE.search(bare)
    if role:
        return role["agent"], _base("affect"), role["target"]
    clause = _CLAUSE_BE.match(bare)
    found = (
        _nominal(bare)
        or _compound(bare)
        or (clause and _predicate(f"{clause['subject']} {clause['rest']}"))
    )
    return found or _stated_clause(bare)


def _stated_clause(bare: str) -> Found | None:
    """The parts of "X induces Y", "which genes induce Y", "how does X affect Y"."""
    if not OPENERS.match(bare):
        return _active(bare, codes="vd")
    inner = _HOW.sub("", bare)
    if inner != bare:
        return _active(inner) or _predicate(inner)
    return _active(bare, codes="vE")


def _nominal(bare: str) -> Found | None:
    """The parts of "induction of Y by X"."""
    match = _NOMINAL.match(bare)
    if match is None:
        return None
    word = _known(match["noun"].lower())
    return (match["agent"], word, match["target"]) if word.relation else None


def _compound(bare: str) -> Found | None:
    """The parts of "X-induced Y"."""
    match = _forms().compound.match(bare)
    if match is None or " by " in bare:
        return None
    verb = match["verb"].lower()
    word = load_lexicon().words.get(verb, Word())
    if not word.sign:
        word = _base("affect" if verb in ("associated", "regulated") else "induce")
    return match["agent"], word, match["target"]


def _predicate(rest: str) -> Found | None:
    """The parts of "Y induced by X", "X required for Y", "X able to induce Y", "X a cause of Y"."""
    row = _Row.of(rest)
    for position in range(1, len(row.words) - 1):
        found = _passive(row, position) or _predicate_word(row, position)
        if found:
            return found
    return None


def _passive(row: _Row, position: int) -> Found | None:
    """The parts of "Y induced by X" and "Y induced in Z by X"."""
    word = _known(row.words[position])
    if word.code != "d":
        return None
    if row.words[position + 1] in _forms().passive:
        return row.behind(position + 1), word, row.before(position)
    context, by, agent = row.behind(position).partition(" by ")
    if word.relation and by:
        return agent, word, row.before(position).rstrip() + context
    return None


def _predicate_word(row: _Row, position: int) -> Found | None:
    """The parts of "X required for Y", "X able to induce Y", "X an inhibitor of Y"."""
    forms = _forms()
    text, after = row.words[position], row.words[position + 1]
    subject, behind = row.before(position), row.behind(position + 1)
    if text in forms.infinitive and after == "to":
        found = _active(f"{subject} {behind}", least=position)
        if found:
            return found
    if (text, after) in forms.predicates:
        verb, acts = forms.predicates[text, after]
        return (subject, _base(verb), behind) if acts else (behind, _base(verb), subject)
    word = _known(text)
    if word.relation and word.code in ("n", "E") and after in ("of", "for") and position > 1:
        return _NOUN_PHRASE_BEFORE.sub("", subject), _base(word.base), behind
    return None


def _active(rest: str, least: int = 1, *, codes: str = "v") -> Found | None:
    """The parts of "X induce Y": the verb is the likeliest one between two phrases.

    Args:
        rest: the clause.
        least: words that the subject has at least.
        codes: "v" for base forms, else codes of the forms that may be the verb.
    """
    row = _Row.of(rest)
    best: tuple[float, int, int, Word] | None = None
    for position in range(least, len(row.words)):
        for length in range(_LONGEST, 0, -1):
            if position + length >= len(row.words):
                continue
            word = _verb(" ".join(row.words[position : position + length]), codes)
            if word is None:
                continue
            score = _likelihood(row.words, position, length)
            if best is None or score > best[0]:
                best = (score, position, length, word)
            break
    if best is None or best[0] < _UNLIKELY:
        return _unknown_verb(row) if codes == "v" else None
    _, position, length, word = best
    return row.before(position), word, row.behind(position + length - 1)


def _verb(text: str, codes: str) -> Word | None:
    """The verb that a text is a form of."""
    lexicon = load_lexicon()
    base = lexicon.bases.get(text.replace("-", " "))
    if base is not None:
        return base
    if codes == "v" and text in _forms().verbs:
        return Word(base=text, code="v", relation=True)
    word = lexicon.words.get(text)
    if word is None or not word.relation:
        return None
    if codes == "v":
        bare = word.code in ("v", "E", "u") and not text.endswith("s")
        return lexicon.bases.get(word.base, word) if bare else None
    return word if word.code in codes else None


def _likelihood(words: Sequence[str], position: int, length: int) -> float:
    """How likely a base form is the verb of the question and no noun."""
    lexicon, forms = load_lexicon(), _forms()
    before, word, after = words[position - 1], words[position], words[position + length]
    follows = position + length + 1 < len(words)
    score = 0.3 * (length - 1) - 0.02 * position
    score -= 3.0 * (before in _BEFORE_NOUN) + 1.0 * (before in _BEFORE_EITHER)
    score += 0.5 * (before in forms.adverbs or before.endswith("ly"))
    score += 1.0 * (after in ("the", "a", "an", "its", "their"))
    score -= 0.6 * (lexicon.words.get(word, Word()).code != "v")
    score -= 1.5 * (word in forms.seldom_verbs)
    if length == 1:
        score -= 1.5 * (after in ("of", "in", "on", "by"))
        score -= 1.0 * (after in lexicon.bases and follows)
    return score


def _unknown_verb(row: _Row) -> Found | None:
    """The likeliest verb where none is known: one of which a letter is wrong, or by its ending."""
    for position in range(1, len(row.words) - 1):
        meant = _misspelt(row.words[position])
        if meant is not None:
            return row.before(position), load_lexicon().bases[meant], row.behind(position)
    for position in range(1, len(row.words) - 1):
        word = row.words[position]
        if word.endswith(_VERB_ENDINGS) and len(word) > 5:
            return row.before(position), Word(base=word), row.behind(position)
    return None


def _misspelt(text: str) -> str | None:
    """The verb of which a letter is missing, added, wrong or in another place: "stimulte"."""
    lexicon = load_lexicon()
    if len(text) < _SHORTEST_CORRECTED or text in lexicon.words:
        return None
    likely = [
        verb
        for verb in sorted(lexicon.bases)
        if verb.isalpha()
        and len(verb) >= _SHORTEST_CORRECTED
        and verb[0] == text[0]
        and not text.startswith(verb)
        and OSA.distance(text, verb, score_cutoff=1) == 1
    ]
    return likely[0] if len(likely) == 1 else None


def _known(text: str) -> Word:
    """The word or hyphenated phrase of the lexicon, or one that says nothing."""
    lexicon: Lexicon = load_lexicon()
    parts = tuple(re.split(r"[-‐‑–]", text))
    if len(parts) > 1:
        for rest, word in lexicon.phrases.get(parts[0], ()):
            if rest == parts[1:]:
                return word
    return lexicon.words.get("".join(parts)) or Word()


@cache
def _base(verb: str) -> Word:
    return load_lexicon().bases[verb]
