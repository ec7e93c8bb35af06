"""Whether a statement speaks of a thing that is missing, blocked or scarce."""

from __future__ import annotations

import re
from collections.abc import Sequence

from semsearch.language.clauses import Statement, noun_phrase
from semsearch.language.lexicon import load_lexicon
from semsearch.language.mentions import Mention

#: Endings of what takes something away: "inhibitor", "blockers", "antagonist".
DOERS = ("or", "ors", "er", "ers", "ist", "ists")
_OPENS = frozenset((",", "&", "y", "q"))  # before a clause's subject
_POSSESSIVE = 30  # atoms behind a mention in which "its loss" is looked for
_REACH = 7  # parts before a mention in which what takes it away is looked for
_NOMINAL = ("", "x", "n", "j", "J", "e")  # between a verb and its object or its subject
_CONSEQUENCE = re.compile(r"[_xnjJoipf&\-]*,[_x]*g")  # ", resulting in"
_FALLEN = re.compile(r"[_xnjJe]*[ah][_xJ]*([duJ])[_xnjJoipfc&d\-]*,[_x]*(?:[qg]|&_*x?[vdg])")
_NULL_SIGNS = ("-/-", "−/−", "–/–", "(-/-)", "(−/−)", "(–/–)")  # "TLR4-/- mice"


def taken_away(statement: Statement, mention: Mention) -> bool:
    """Whether a mention is of something that is missing, blocked or silenced."""
    return (
        _taken_before(statement, mention)
        or _lessened(statement, mention)
        or _taken_behind(statement, mention)
        or _taken_later(statement, mention)
    )


def is_little(statement: Statement, mention: Mention) -> bool:
    """Whether there is little of a mention: "low X", "a decline in X", "X was lower"."""
    words, codes = statement.words, statement.codes
    beside = noun_phrase(codes, mention.first - 1, -1) + noun_phrase(codes, mention.last, 1)
    return any(words[place].sign < 0 or words[place].denial for place in beside)


def _taken_before(statement: Statement, mention: Mention) -> bool:
    """Before it: "loss of X", "deficiency in X", "silencing X", "used to disrupt X", "ΔX"."""
    words, codes = statement.words, statement.codes
    beside = noun_phrase(codes, mention.first - 1, -1)
    if beside and statement.atoms[beside[0]].endswith(DOERS):
        return False  # "the Y inhibitor X" names X
    delta = mention.first - 1
    if (
        (beside and words[beside[0]].scarce)
        or any(words[place].knockout and not words[place].gain for place in beside)
        or (delta >= 0 and statement.atoms[delta] == "delta" and statement.glued(delta))
    ):
        return True
    position = mention.first - 1
    passed = ""
    while position >= 0 and len(passed) < _REACH and codes[position] not in (".", ";", "y", "q"):
        code = codes[position]
        if code == "K" or (
            words[position].knockout
            and passed.strip("xon(") in ("", "i", "f")
            and _takes(code, passed, _code_before(codes, position))
        ):
            return True
        if code in tuple("vdu"):
            return False
        passed += code
        position -= 1
    return False


def _lessened(statement: Statement, mention: Mention) -> bool:
    """Whether there is less of it, with a consequence.

    "Z limits X, resulting in", "X levels are reduced, which allows".
    """
    words, codes = statement.words, statement.codes
    place = mention.first - 1
    while place >= 0 and codes[place] in _NOMINAL:
        place -= 1
    limited = place >= 0 and codes[place] in tuple("vdg") and words[place].sign < 0
    place = mention.last
    while place < len(codes) and codes[place] in _NOMINAL:
        place += 1
    said = place < len(codes) and codes[place] in ("a", "h")
    if not (limited or said):
        return False
    behind = "".join([code or "_" for code in codes[mention.last : mention.last + _POSSESSIVE]])
    fallen = _FALLEN.match(behind) if said else None
    if fallen is not None:
        return words[mention.last + fallen.start(1)].sign < 0
    return limited and _CONSEQUENCE.match(behind) is not None


def _takes(code: str, passed: str, before: str) -> bool:
    """Whether a word of taking away governs a mention behind what was passed.

    "A mutation in X" and "mutants impaired in X" do, "Y was reduced in X" does not.
    """
    if before == "t":
        return True
    if passed.strip("xon("):
        return code in ("x", "n", "j", "K", "O") or (code == "d" and before not in ("a", "h"))
    return code in tuple("gdjnKO")


def _taken_behind(statement: Statement, mention: Mention) -> bool:
    """Behind it: "X mutants", "X-deficient mice", "X inhibitors", "X-/-"."""
    words, codes, atoms = statement.words, statement.codes, statement.atoms
    if "".join(atoms[mention.last : mention.last + 5]).startswith(_NULL_SIGNS):
        return True
    for position in range(mention.last, min(mention.last + 4, len(codes))):
        code = codes[position]
        joined = position > 0 and codes[position - 1] == "-"
        if words[position].knockout and (
            code in tuple("nxKEJA") or (code in tuple("dj") and joined)
        ):
            return True
        if words[position].article or (code and code not in "x-n("):
            break
    return _taken_in_clause(statement, mention)


def _taken_in_clause(statement: Statement, mention: Mention) -> bool:
    """In a clause of circumstance: "when X was blocked", "in which X had been knocked down"."""
    words, codes = statement.words, statement.codes
    opened = noun_phrase(codes, mention.first - 1, -1)
    before = (opened[-1] if opened else mention.first) - 1
    while before >= 0 and not codes[before]:
        before -= 1
    if before < 0 or codes[before] not in ("c", "y", "q"):
        return False
    if statement.atoms[before] in load_lexicon().circumstances:
        return False  # "under X growth was reduced" has no clause about X
    passive = False
    for place in range(mention.last, len(codes)):
        if passive and codes[place] in ("d", "K"):
            return words[place].knockout
        passive = passive or codes[place] == "a"
        if codes[place] not in ("", "x", "h", "a"):
            return False
    return False


def _taken_later(statement: Statement, mention: Mention) -> bool:
    """Further behind: "X …, and its loss leads to"."""
    words, codes, atoms = statement.words, statement.codes, statement.atoms
    for position in range(mention.last, min(mention.last + _POSSESSIVE, len(atoms) - 2)):
        if codes[position] in (".", ";"):
            return False
        if (
            atoms[position] in ("its", "their")
            and _code_before(codes, position) in _OPENS
            and (words[position + 1].knockout or words[position + 2].knockout)
        ):
            return True
    return False


def _code_before(codes: Sequence[str], position: int) -> str:
    return next((code for code in reversed(codes[:position]) if code), "")
