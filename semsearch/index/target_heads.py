"""What most references say of the work that their identifiers name, and which say otherwise.

Reference lists give wrong identifiers: of the next entry, of a later edition, with a slip in a
digit. An identifier is not believed where what stands beside it is of another work.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz

from semsearch.index.target_ids import Identifier
from semsearch.index.target_sketches import Sketch
from semsearch.language.titles import title_likeness
from semsearch.records import Paper, Reference

Sketched = tuple[Paper | Reference, Sketch, Identifier | None]  # the last: root of its identifiers

#: Title likeness (0–100) below which an identifier is not believed where year or first author
#: differ, too; unlike titles of one paper and reference are translations and typing errors.
_OTHER_TITLE = 50
#: The same where the first author differs. Titles of one field share words: pairs read at 50–52
#: were all of two works, and none of one work stood below 63.
_OTHER_AUTHORS_TITLE = 60
#: Title likeness (0–1) from which it is believed although year and first author differ; a title
#: that begins another, as "Part" of a series does, is below.
_SAME_TITLE = 0.95
_OWN_VOICE = 10**9  # a paper of the corpus against all references to it


def heads_of(
    sketched: Iterable[Sketched], everywhere: Mapping[str, int]
) -> dict[Identifier, Sketch]:
    """What most references say of the work that each set of identifiers names.

    A paper of the corpus speaks for itself.

    Args:
        sketched: all papers and references with these identifiers.
        everywhere: how many of all have each title.
    """
    said: dict[Identifier, Counter[Sketch]] = defaultdict(Counter)
    for work, sketch, root in sketched:
        if root is not None:
            said[root][sketch.told] += _OWN_VOICE if isinstance(work, Paper) else 1
    # Among equals the one that is said less elsewhere: a wrong DOI is that of a work which most
    # name without it.
    return {
        root: min(counts, key=lambda s: (not s.title, -counts[s], everywhere[s.title], s))
        for root, counts in said.items()
    }


def is_other(one: Sketch, head: Sketch) -> bool:
    """Whether two sketches with one identifier are of two works: in title, and author or year.

    What is missing does not speak against the identifier.
    """
    if not one.title or not head.title:
        return False
    mine, theirs = set(one.family.split()), set(head.family.split())
    other_author = bool(mine and theirs) and not mine & theirs
    apart = abs(one.year - head.year) if one.year and head.year else 0
    ratio = fuzz.token_set_ratio(one.title, head.title)
    if ratio >= (_OTHER_AUTHORS_TITLE if other_author else _OTHER_TITLE):
        return other_author and apart > 1 and title_likeness(one.title, head.title) < _SAME_TITLE
    return other_author or apart > 0
