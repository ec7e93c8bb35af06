"""The words by which relations are told, read from the files in ``data``.

Every word that matters carries one ``Word``: a one-letter code for its part in a sentence, over
which the patterns of ``patterns.toml`` run, and what it says of direction, negation and hedging.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any, Final, cast

#: Parts in a sentence. What stands in no table is FILL.
FILL: Final = "x"
VERB: Final = "v"  # relation verb: "induce", "induces"
PAST: Final = "d"  # "induced", active or passive
ING: Final = "g"  # "inducing"
NOUN: Final = "n"  # "induction", "inhibitor"
ATTRIBUTE: Final = "j"  # "reduced" in "the reduced yield"
CHANGE: Final = "u"  # the subject is what changes: "rose"
REVERSE: Final = "r"  # the subject is acted on: "depends on"
ANSWER: Final = "w"  # noun of such a verb: "response", "dependence"
EITHER: Final = "E"  # noun or verb, decided by what stands around: "increase"
SKIPPED: Final = ""  # articles and most adverbs

# Small words by their part in a sentence; the last row is passed over by patterns.
_SMALL: Final = {
    "a": """
    be is are was were been being am get gets got became become becomes remain remains remained
    """,
    "D": "do does did",
    "t": "to",
    "o": "of",
    "f": "on",
    "i": "in into within throughout",
    "p": """
    for from at against towards toward among amongst between across over as than per until beyond
    """,
    "q": "that which who whom whose where",
    "y": "but while whereas although though however yet because since if unless despite so",
    "&": "and or plus",
    "l": """
    found find finds show shows showed shown demonstrate demonstrated demonstrates reported report
    reports observed observe observes revealed reveal reveals indicated indicate indicates noted
    known confirm confirms confirmed concluded proved proven seen detected established identified
    described evidenced noticed uncover uncovered record recorded registered encountered witnessed
    documented stated recognized recognised indicating showing demonstrating confirming
    """,
    "": """
    the a an this these those its their his her our such also then therefore thus thereby both
    either even still further furthermore moreover often always sometimes well there here it very
    more most too again once just rather quite almost about any some many several all each other
    another indeed only alone
    """,
}
_DETERMINERS: Final = frozenset("the a an this these those its their any no each our some".split())


@dataclass(frozen=True, slots=True)
class Word:
    """What one word can say.

    Attributes:
        code: its part in a sentence, one letter.
        base: base form of its verb, for words of relations.
        sign: +1 makes more, -1 makes less, 0 says neither.
        relation: whether it names a relation between two things.
        quality: whether ``sign`` is about good and bad, and turns on a bad target.
        knockout: whether it can take an agent away.
        lack: whether a name with it is of the lack of something: "deficiency".
        adjective: whether it can also stand as a word of direction: "lower".
        scarce: whether there is little of what it stands right before: "low", "decreasing".
        holder: whether it names what lacks an agent, or what may lack one: "mutants", "cells".
        measured: whether as a verb it tells a change of an amount, not something that is done.
        vague: whether as a noun it leaves open which way what it is of changes.
        intransitive: whether as a verb it is also told of what changes by itself.
        symmetric: whether either of two things may be named first: "associated with".
        guarding: the preposition before what it makes less of: "from", "against", or "".
        gain: whether it can add an agent.
        denial: one letter by kind of negation, or "".
        predicative: whether it denies only behind a form of "be".
        hedge: one letter by kind of hedge, or "".
        lean: +1 more often acts, -1 more often is acted on.
        bad: whether the thing is bad.
        if_bad: whether ``sign`` holds for bad targets only: "control" of pests, not of growth.
        article: whether a noun follows.
        cause: whether it brings in a cause, no mere circumstance: "due to", not "under".
    """

    code: str = FILL
    base: str = ""
    sign: int = 0
    relation: bool = False
    quality: bool = False
    knockout: bool = False
    lack: bool = False
    scarce: bool = False
    adjective: bool = False
    holder: bool = False
    measured: bool = False
    vague: bool = False
    intransitive: bool = False
    symmetric: bool = False
    guarding: str = ""
    gain: bool = False
    denial: str = ""
    predicative: bool = False
    hedge: str = ""
    lean: int = 0
    bad: bool = False
    if_bad: bool = False
    article: bool = False
    cause: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and phrases, all in lower case."""

    words: Mapping[str, Word]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Word], ...]]  # by first: rests, long first
    generic: frozenset[str]  # words that tell little about which thing is meant
    bases: Mapping[str, Word]  # base forms of verbs, phrases too
    circumstances: frozenset[str]  # prepositions that tell under what something happens
    bearers: frozenset[str]  # nouns and pronouns that bear what acts on them
    amounts: frozenset[str]  # what stands behind "by" and does nothing: "by half"


def load_data(name: str) -> dict[str, Any]:
    """One TOML file of ``semsearch/language/data``."""
    text = resources.files("semsearch.language").joinpath("data", name).read_text("utf-8")
    return tomllib.loads(text)


@dataclass(slots=True)
class _Maker:
    words: dict[str, Word] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], Word] = field(default_factory=dict)
    bases: dict[str, Word] = field(default_factory=dict)

    def add(self, form: str, word: Word) -> None:
        """A form; the same form as noun and as verb becomes EITHER, else the first one stays."""
        parts = tuple(form.replace("-", " ").split())
        table: dict[Any, Word] = self.words if len(parts) == 1 else self.phrases
        key: Any = parts[0] if len(parts) == 1 else parts
        known = table.get(key)
        if known is None:
            table[key] = word
        elif known.relation and {known.code, word.code} == {VERB, NOUN}:
            table[key] = replace(known, code=EITHER)

    def mark(self, forms: Iterable[str], **changes: Any) -> None:
        """Says more about forms, known or new."""
        for form in forms:
            parts = tuple(form.replace("-", " ").split())
            if len(parts) == 1:
                self.words[parts[0]] = replace(self.words.get(parts[0], Word()), **changes)
            elif parts:
                self.phrases[parts] = replace(self.phrases.get(parts, Word()), **changes)


@cache
def load_lexicon() -> Lexicon:
    """The lexicon of the package; made once."""
    relations, cues = load_data("relations.toml"), load_data("cues.toml")
    maker = _Maker()
    for code, listed in _SMALL.items():
        maker.mark(listed.split(), code=code)
    _add_families(maker, relations)
    _add_polar(maker, relations)
    _add_cues(maker, cues)
    _mark_verbs(maker, relations["measured"]["verbs"], measured=True)
    _mark_verbs(maker, relations["vague"]["verbs"], vague=True)
    _mark_verbs(maker, relations["intransitive"]["verbs"], intransitive=True)
    _mark_verbs(maker, relations["symmetric"]["verbs"], symmetric=True)
    _mark_verbs(maker, relations["guarding"]["verbs"], guarding="from")
    maker.mark(relations["guarding"]["against"].split(), guarding="against")
    maker.mark(relations["target"]["bad"].split(), bad=True)
    maker.mark(_DETERMINERS, article=True)
    phrases: dict[str, list[tuple[tuple[str, ...], Word]]] = {}
    for parts, word in maker.phrases.items():
        phrases.setdefault(parts[0], []).append((parts[1:], word))
    return Lexicon(
        words=maker.words,
        phrases={
            first: tuple(sorted(rests, key=lambda rest: (-len(rest[0]), rest[0])))
            for first, rests in phrases.items()
        },
        generic=frozenset(cues["leaning"]["generic"].split()),
        bases=maker.bases,
        circumstances=frozenset(cues["circumstance"]["prepositions"].split()),
        bearers=frozenset(cues["circumstance"]["bearers"].split()),
        amounts=frozenset(cues["circumstance"]["amounts"].split()),
    )


def _add_families(maker: _Maker, data: Mapping[str, Any]) -> None:
    irregular = {base: forms.split() for base, forms in data["irregular"].items()}
    signs = {"increase": 1, "decrease": -1, "neutral": 0}
    for family in data["family"]:
        sign, quality = signs[family["polarity"]], family.get("quality", False)
        for line in family["verbs"].strip().splitlines():
            base, nouns, adjectives = [*(part.strip() for part in line.split("|")), "", ""][:3]
            if family.get("reverse"):
                codes = dict.fromkeys((VERB, PAST, ING), REVERSE)
            elif family.get("subject_is_target"):
                codes = dict.fromkeys((VERB, PAST, ING), CHANGE)
            else:
                codes = {VERB: VERB, PAST: PAST, ING: ING}
            word = Word(
                base=base,
                sign=sign,
                relation=True,
                quality=quality,
                if_bad=family.get("if_bad", False),
            )
            maker.bases.setdefault(base.replace("-", " "), replace(word, code=codes[VERB]))
            for form, kind in _inflect(base.replace("-", " "), irregular):
                maker.add(form, replace(word, code=codes[kind]))
            noun = NOUN if not family.get("reverse") else ANSWER
            for form in nouns.split():
                maker.add(form, replace(word, code=noun))
            for form in adjectives.split():
                maker.add(form, replace(word, code=ATTRIBUTE))


def _mark_verbs(maker: _Maker, listed: str, **changes: Any) -> None:
    """Says more about all forms of verbs; of verbs of several words the first one is listed."""
    verbs = frozenset(listed.split())
    for table in (maker.words, maker.phrases):
        forms: dict[Any, Word] = cast("dict[Any, Word]", table)
        for form, word in forms.items():
            if word.base.partition(" ")[0] in verbs:
                forms[form] = replace(word, **changes)


@cache
def forms_of(verb: str) -> Mapping[str, Word]:
    """The forms of a verb that is in no family, as a relation that says neither more nor less.

    Empty for a verb that is in one, for several words, and for "".
    """
    if not verb.isalpha() or verb in load_lexicon().bases:
        return {}
    irregular = {
        base: row.split() for base, row in load_data("relations.toml")["irregular"].items()
    }
    word = Word(base=verb, relation=True)
    return {form: replace(word, code=kind) for form, kind in _inflect(verb, irregular)}


def _inflect(base: str, irregular: Mapping[str, list[str]]) -> Iterable[tuple[str, str]]:
    """The forms of a verb; of several words the one that inflects is the first or last."""
    head, _, tail = base.partition(" ")
    if head in {"up", "down", "fine", "over"} and " " not in tail:
        prefix, verb, rest = head + " ", tail, ""
    else:
        prefix, verb, rest = "", head, " " + tail if tail else ""
    for spelling in dict.fromkeys((verb, verb.replace("iz", "is").replace("lyz", "lys"))):
        if spelling in irregular:
            third, past, participle, ing = irregular[spelling]
        else:
            third, past, ing = _regular(spelling)
            participle = past
        for form, kind in (
            (spelling, VERB), (third, VERB), (past, PAST), (participle, PAST), (ing, ING),
        ):  # fmt: skip
            yield prefix + form + rest, kind


def _regular(verb: str) -> tuple[str, str, str]:
    if verb.endswith("e"):
        return verb + "s", verb + "d", verb[:-1] + "ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return third, verb + "ed", verb + "ing"


def _add_polar(maker: _Maker, data: Mapping[str, Any]) -> None:
    polar = data["polar"]
    quality, acting = set(polar["quality"].split()), set(polar["acting"].split())
    for name, sign in (("increase", 1), ("decrease", -1)):
        for form in polar[name].replace("-", "").split():
            if form not in maker.words:
                code = "A" if form in acting else "J"
                maker.words[form] = Word(code=code, sign=sign, quality=form in quality)
            elif not maker.words[form].sign:
                maker.mark([form], sign=sign, quality=form in quality)
            if maker.words[form].code == EITHER:
                maker.mark([form], adjective=True)
    for form in polar["involved"].split():
        maker.words[form] = Word(code="A", relation=True)
    for name, sign in (("increase_phrases", 1), ("decrease_phrases", -1)):
        for form in polar[name].strip().splitlines():
            maker.add(form, Word(code=VERB, base=form, sign=sign, relation=True))


def _add_cues(maker: _Maker, data: Mapping[str, Any]) -> None:
    negation, hedge, knockout = data["negation"], data["hedge"], data["knockout"]
    light, agentive, leaning = data["light"], data["agentive"], data["leaning"]
    _unknown(maker, light["nouns"].split(), "e")
    _unknown(maker, light["outcome"].split(), ANSWER)
    maker.mark(light["verbs"].split(), code="h")
    maker.mark(agentive["by"].split(), code="b")
    maker.mark(agentive["due"].strip().splitlines(), code="c")
    maker.mark(agentive["cause"].strip().splitlines(), code="c", cause=True)
    for kind in ("modal", "adverb", "verb", "noun", "open"):
        _unknown(maker, hedge[kind].split(), {"modal": "m", "verb": "s"}.get(kind, "H"))
        maker.mark(hedge[kind].split(), hedge=kind[0])
    maker.mark(["can"], code="M")
    maker.mark(hedge["phrases"].strip().splitlines(), code="P", hedge="p")
    maker.mark(hedge["false"].strip().splitlines(), code=FILL)
    maker.mark(negation["verb"].split(), code="N", denial="v")
    maker.mark(negation["phrases"].strip().splitlines(), code="N", denial="f")
    maker.mark(negation["noun"].split(), code="O", denial="n")
    maker.mark(negation["noun_phrases"].strip().splitlines(), code="O", denial="n")
    maker.mark(negation["adjective"].split(), code="U", denial="a")
    maker.mark(negation["adjective_phrases"].strip().splitlines(), code="U", denial="a")
    maker.mark(negation["predicative"].split(), denial="a", predicative=True)
    maker.mark(negation["false"].strip().splitlines(), code=SKIPPED)
    maker.mark(knockout["words"].split(), knockout=True)
    _unknown(maker, "loss lack absence deficiency depletion knockdown knockout".split(), "n")
    maker.mark(knockout["phrases"].strip().splitlines(), code="K", knockout=True)
    maker.mark(knockout["scarce"].split(), scarce=True)
    maker.mark(knockout["lacks"].split(), lack=True)
    maker.mark(knockout["holders"].split(), holder=True)
    maker.mark(knockout["gain"].split(), gain=True)
    maker.mark(leaning["target"].split(), lean=-1)
    maker.mark(leaning["agent"].split(), lean=1)


def _unknown(maker: _Maker, forms: Iterable[str], code: str) -> None:
    """Gives a code to forms that have none yet."""
    maker.mark((f for f in forms if maker.words.get(f, Word()).code == FILL), code=code)
