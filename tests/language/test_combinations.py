"""Ways to tell a relation, each behind and before clauses that tell of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from semsearch.language.question import analyse_question
from semsearch.language.stance import Stance, StanceReader

# "A" acts on "T" in all of them.
ASSERTED = """
A induces T
A strongly induced T
A can induce T
A is known to induce T
A was found to induce T
T is induced by A
T was rapidly induced by A
T can be induced by A
T levels increased in response to A
T levels were higher in plants treated with A
treatment with A increased T levels
A-induced T was seen
the induction of T by A was strong
T depends on A
A is required for T
A plays a key role in T induction
loss of A abolished T
T was reduced in A mutants
T was lower in mice lacking A
silencing A decreased T
T is caused by A
A results in increased T
A leads to an increase in T
A is a major inducer of T
T is regulated positively by A
A significantly increased the level of T
T accumulated after A treatment
overexpression of A enhanced T
T is under the control of A
A contributes to T
A has a positive effect on T
A promotes T by blocking Zeta
T, which is induced by A, is common
A, a hormone, induces T
both A and Zeta induce T
A induces Zeta and T
inhibition of A reduced T
the A inhibitor Zeta reduced T
A deficiency led to lower T
""".strip().splitlines()
HEDGED = """
A may induce T
T might be induced by A
A is thought to induce T
A probably induces T
A has been suggested to induce T
T appears to be induced by A
A seems to increase T
A could be involved in T induction
A may be required for T
T may depend on A
A would induce T
A possibly induces T
it is possible that A induces T
A is likely to induce T
whether A induces T is unknown
""".strip().splitlines()
DENIED = """
A did not induce T
A does not affect T
A had no effect on T
A failed to induce T
T was not induced by A
T was unaffected by A
T was not altered in A mutants
loss of A did not affect T
A is not required for T
T is independent of A
no effect of A on T was found
A could not induce T
A inhibits T
T is suppressed by A
T was increased in A mutants
loss of A increased T
there was no change in T after A
T did not change under A
A was ineffective in inducing T
A-mediated suppression of T was strong
neither A nor Zeta induced T
A induces Zeta but not T
A reduced the level of T
A had a negative effect on T
A protects mice from T
T was abolished by A
A deficiency led to higher T
""".strip().splitlines()
# A acts on T, and nothing is said of the direction that was asked.
NEUTRAL = """
A regulates T
A affects T
A plays a key role in T
A is involved in T
A is an important regulator of T
T was altered by A
A causes changes in T
A-mediated control of T was strong
a role of A in T has been proposed
A may affect T
""".strip().splitlines()

BEFORE = """
Smith et al. showed that …
In mice, …
Although Zeta is common, …
Previous work indicates that …
Interestingly, …
It has been reported that …
Zeta is not common, but …
While Zeta had no effect, …
In contrast to Zeta, …
As expected, …
""".strip().splitlines()
BEHIND = """
… in rats and humans
…, whereas Zeta did not
…, but Zeta had no effect
…, suggesting that Zeta may be involved
…, which is consistent with earlier reports
… (Fig. 2)
… and this may explain the effect of Zeta
…, and Zeta was not changed
…, although the mechanism is unknown
…, as shown before
""".strip().splitlines()
# Other relations of the same things.
OTHERS = """
Zeta inhibits T
T induces Zeta
A did not affect Zeta
Zeta may induce A
Zeta had no effect on A
Zeta was reduced by A
T was not changed by Zeta
A is needed for Zeta
""".strip().splitlines()

SAID = {
    **dict.fromkeys(ASSERTED, Stance.SUPPORTS),
    **dict.fromkeys(HEDGED, Stance.HEDGED_SUPPORTS),
    **dict.fromkeys(DENIED, Stance.OPPOSES),
    **dict.fromkeys(NEUTRAL, Stance.NEUTRAL),
}
FORWARD = {Stance.SUPPORTS, Stance.HEDGED_SUPPORTS, Stance.OPPOSES, Stance.NEUTRAL}
NAMES = [("Xanthin", "Yersol"), ("IL-6", "TNF-α"), ("salt stress", "root growth")]


def named(text: str, agent: str, target: str) -> str:
    said = re.sub(r"\b[AT]\b", lambda match: {"A": agent, "T": target}[match.group()], text)
    return f"{said[0].upper()}{said[1:]}."


def with_clauses(core: str) -> Iterator[str]:
    """The core alone, behind each opening and before each ending."""
    yield core
    yield from (opening.replace("…", core) for opening in BEFORE)
    yield from (ending.replace("…", core) for ending in BEHIND)


@pytest.mark.parametrize(("agent", "target"), NAMES)
def test_clauses_about_something_else_change_nothing(agent: str, target: str) -> None:
    forward = StanceReader(analyse_question(f"does {agent} induce {target}"))
    turned = StanceReader(analyse_question(f"does {target} induce {agent}"))
    opposite = StanceReader(analyse_question(f"does {agent} inhibit {target}"))
    wrong = []
    for core, stance in SAID.items():
        for text in (named(said, agent, target) for said in with_clauses(core)):
            right = forward.read(text).stance is stance and turned.read(text).stance not in FORWARD
            if stance is Stance.SUPPORTS:
                right = right and opposite.read(text).stance is Stance.OPPOSES
            if stance is Stance.NEUTRAL:
                right = right and opposite.read(text).stance is Stance.NEUTRAL
            if not right:
                wrong.append(text)
    assert len(wrong) <= 0.005 * len(SAID) * (1 + len(BEFORE) + len(BEHIND)), wrong


def test_other_relations_of_the_same_things_are_hardly_ever_mixed_up() -> None:
    forward = StanceReader(analyse_question("does Xanthin induce Yersol"))
    turned = StanceReader(analyse_question("does Yersol induce Xanthin"))
    frames = ("{o}, and {c}", "although {o}, {c}", "{o}; {c}", "{c}, and {o}", "{c}, but {o}")
    wrong = []
    for core, stance in SAID.items():
        for other in OTHERS:
            for frame in frames:
                text = named(frame.format(c=core, o=other), "Xanthin", "Yersol")
                if forward.read(text).stance is not stance or turned.read(text).stance in FORWARD:
                    wrong.append(text)
    assert len(wrong) <= 0.03 * len(SAID) * len(OTHERS) * len(frames), wrong
