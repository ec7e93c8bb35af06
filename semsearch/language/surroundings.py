"""What stands beside a mention: whether it is taken away or added, and whether it tends to act."""

from __future__ import annotations

from collections.abc import Sequence

from semsearch.language.clauses import Statement
from semsearch.language.mentions import Mention
from semsearch.language.relation import Pair

_NEAR = 3  # words beside a mention that count as its noun phrase
_POSSESSIVE = 30  # atoms behind a mention in which "its loss" is looked for
_REACH = 7  # parts before a mention in which what takes it away is looked for
_NULL_SIGNS = ("-/-", "−/−", "–/–", "(-/-)", "(−/−)", "(–/–)")  # "TLR4-/- mice"
_MOST_LEANING = 2.0


def direction_features(pair: Pair) -> list[tuple[str, float]]:
    """What the words of the two mentions and beside them say about which one acts."""
    first, second = (_about(pair.statement, m) for m in (pair.first, pair.second))
    return [(name, first[name] - second[name]) for name in first]


def noun_phrase(codes: Sequence[str], position: int, step: int) -> list[int]:
    """Positions beside a mention that belong to its noun phrase.

    Args:
        codes: parts of the words of a statement.
        position: the atom beside the mention.
        step: 1 to look behind the mention, -1 to look before it.
    """
    found: list[int] = []
    while 0 <= position < len(codes) and len(found) < _NEAR:
        code = codes[position]
        if code and code not in "xjJAnoE-ew":
            break
        if code:
            found.append(position)
        position += step
    return found


def next_code(codes: Sequence[str], position: int) -> str:
    """The next part that is not passed over, or ""."""
    return next((code for code in codes[position + 1 :] if code), "")


def taken_away(statement: Statement, mention: Mention) -> bool:
    """Whether a mention is of something that is missing, blocked or silenced."""
    return (
        _taken_before(statement, mention)
        or _taken_behind(statement, mention)
        or _taken_later(statement, mention)
    )


def _about(statement: Statement, mention: Mention) -> dict[str, float]:
    words, codes = statement.words, statement.codes
    beside = noun_phrase(codes, mention.first - 1, -1) + noun_phrase(codes, mention.last, 1)
    lean: float = sum(words[position].lean for position in range(mention.first, mention.last))
    lean += 0.5 * sum(words[position].lean for position in beside)
    return {
        "leaning": max(-_MOST_LEANING, min(_MOST_LEANING, lean)),
        "gain": float(any(words[position].gain for position in beside)),
        "knockout": float(taken_away(statement, mention)),
    }


def _taken_before(statement: Statement, mention: Mention) -> bool:
    """Before it: "loss of X", "deficiency in X", "silencing X", "used to disrupt X", "ΔX"."""
    words, codes = statement.words, statement.codes
    beside = noun_phrase(codes, mention.first - 1, -1)
    if any(words[position].knockout and not words[position].gain for position in beside):
        return True
    position = mention.first - 1
    if position >= 0 and statement.atoms[position] == "delta" and statement.glued(position):
        return True
    passed = ""
    while position >= 0 and len(passed) < _REACH and codes[position] not in (".", ";", "y", "q"):
        code = codes[position]
        if code == "K" or (
            words[position].knockout
            and passed.strip("xon") in ("", "i", "f")
            and (code in tuple("gdjnKO") or _code_before(codes, position) == "t")
        ):
            return True
        if code in tuple("vdu"):
            return False
        passed += code
        position -= 1
    return False


def _taken_behind(statement: Statement, mention: Mention) -> bool:
    """Behind it: "X mutants", "X-deficient mice", "X inhibitors", "X-/-"."""
    words, codes, atoms = statement.words, statement.codes, statement.atoms
    if "".join(atoms[mention.last : mention.last + 5]).startswith(_NULL_SIGNS):
        return True
    for position in range(mention.last, min(mention.last + 5, len(codes))):
        code = codes[position]
        joined = position > 0 and codes[position - 1] == "-"
        if words[position].knockout and (
            code in tuple("nxKEJA") or (code in tuple("dj") and joined)
        ):
            return True
        if code and code not in "x-n(":
            return False
    return False


def _taken_later(statement: Statement, mention: Mention) -> bool:
    """Further behind: "X …, and its loss leads to"."""
    words, codes, atoms = statement.words, statement.codes, statement.atoms
    for position in range(mention.last, min(mention.last + _POSSESSIVE, len(atoms) - 2)):
        if codes[position] in (".", ";"):
            return False
        if atoms[position] in ("its", "their") and (
            words[position + 1].knockout or words[position + 2].knockout
        ):
            return True
    return False


def _code_before(codes: Sequence[str], position: int) -> str:
    return next((code for code in reversed(codes[:position]) if code), "")
