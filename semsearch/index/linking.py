"""Works, targets and self-citations as they follow from the papers of the store.

Where few papers changed, what these have to do with is linked again and all else is left as it is:
the outcome is that of linking all. Where that is not known, or is much, all is linked.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from logging import getLogger
from pathlib import Path
from typing import Final

from semsearch.errors import DamageError, StorageError
from semsearch.index.self_citations import (
    Forms,
    change_self_citations,
    forms_of_works,
    write_self_citations,
)
from semsearch.index.target_closure import Closure, closure_of
from semsearch.index.target_features import Feature, number_of
from semsearch.index.target_keeping import change_forms, change_state, write_state
from semsearch.index.target_sketches import journal_titles
from semsearch.index.target_state import TargetState
from semsearch.index.targets import Linked, entries_of, gather, lead
from semsearch.index.workers import uncollected
from semsearch.language.names import is_common
from semsearch.progress import Progress
from semsearch.store.database import Database
from semsearch.store.resolving import (
    KeptApart,
    Relinked,
    is_current,
    live_papers,
    live_references,
    works_stamp,
    write_works,
)

#: Version of the rules, and of what is kept of them; another one makes all works again.
RULES: Final = "works 2"
#: Entries of reference lists, with papers, that are linked by themselves at most.
MOST_ENTRIES: Final = 10_000

_log = getLogger("semsearch")


def resolve_targets(
    database: Database,
    progress: Progress,
    *,
    kept: Path | None = None,
    changed: Sequence[str] | None = None,
) -> None:
    """Bring works, targets and self-citations of the store up to date with its papers.

    Nothing is done when no paper came, changed or went since. Works and citations are written in
    one transaction, and only rows that differ.

    Args:
        database: the store.
        progress: shows how far it is.
        kept: the file that keeps how references were linked; made where it is missing, stale or
            damaged. None to keep nothing.
        changed: ids of all papers that came, changed or went since they were, also of some that
            did not; None where that is not known.

    Raises:
        StorageError: the disk is full.
    """
    if is_current(database, RULES):
        return
    with uncollected():
        if kept is not None and changed is not None and _change(database, kept, changed):
            return
        _make(database, progress, kept)


def _make(database: Database, progress: Progress, kept: Path | None) -> None:
    """Link all."""
    papers, references = list(live_papers(database)), list(live_references(database))
    total = len(papers) + len(references)
    with progress.stage("Linking references", total) as stage:
        journals = journal_titles(references)
        gathered = gather(entries_of(papers, references, journals, stage.advance))
        linked = lead(gathered)
    with database.atomic():
        _write(database, linked, None)
        forms = write_self_citations(database)
    stamp = _stamp(database)
    if kept is not None and stamp is not None:
        write_state(kept, gathered, linked, forms, stamp)


def _change(database: Database, kept: Path, changed: Sequence[str]) -> bool:
    """Link what changed papers have to do with; whether that was done."""
    if not kept.is_file():
        return False
    try:
        with closing(TargetState(kept)) as state:
            if state.stamp() is None or state.stamp() != _stamp(database):
                return False
            if _touched(database, state, changed) > MOST_ENTRIES:
                return False
            with state.atomic():
                closure = closure_of(database, state, changed, most=MOST_ENTRIES)
                if closure is None:
                    return False
                linked = lead(closure.gathered, closure.candidates)
                with database.atomic():
                    _write_change(database, state, changed, closure, linked)
    except (DamageError, StorageError, sqlite3.IntegrityError) as error:
        _log.warning("%s: all references are linked again: %s", kept, error)
        return False
    return True


def _touched(database: Database, state: TargetState, changed: Sequence[str]) -> int:
    """How many entries changed papers have at least, now or before; the closure has these all."""
    listed = database.read_in("SELECT count(*) AS n FROM cited_works WHERE paper IN ({})", changed)
    return max(sum(int(row["n"]) for row in listed), state.count_of(changed))


def _write_change(
    database: Database,
    state: TargetState,
    changed: Sequence[str],
    closure: Closure,
    linked: Linked,
) -> None:
    """Put what was linked again in place of what it was, in the store and in what is kept."""
    before = frozenset(node.work for node in closure.nodes)
    after = frozenset(work.id for work in linked.works)
    forms = forms_of_works(database, before)
    papers = _write(database, linked, Relinked(before, frozenset(changed)))
    more = forms_of_works(database, after)
    more.subtract(forms)
    common = _CommonNames(state, more)
    # Whose self-citations may be surer than before, or less sure, for a name that is theirs.
    signing = state.entries_with(number_of(one) | Feature.AUTHOR for one in common.other())
    papers |= {entry.paper for entry in signing} | set(changed)
    change_self_citations(database, papers, after, common)
    stamp = _stamp(database)
    assert stamp is not None  # noqa: S101 - just written
    change_state(
        state,
        gone=closure.gone,
        came=closure.came,
        nodes=closure.nodes,
        kept=closure.kept,
        gathered=closure.gathered,
        linked=linked,
        stamp=stamp,
    )
    change_forms(state, more)


class _CommonNames:
    """The keys that several people have among the authors of all works, after a change.

    Args:
        state: how names were printed before it.
        more: how many more authors print a name in a form than before.
    """

    def __init__(self, state: TargetState, more: Forms) -> None:
        self._state = state
        self._more: dict[str, Counter[str]] = defaultdict(Counter)
        for (name, form), count in more.items():
            self._more[name][form] = count
        self._known: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if name not in self._known:
            self._look(name)
        return self._known[name]

    def other(self) -> list[str]:
        """Keys that were common and are not, or the other way round."""
        changed = [name for name, forms in self._more.items() if any(forms.values())]
        return [name for name in changed if self._look(name) != self._known[name]]

    def _look(self, name: str) -> bool:
        """Find out whether a name is common; whether it was before."""
        held = self._state.forms([name])[name]
        now = Counter(held)
        for form, count in self._more.get(name, Counter()).items():
            now[form] += count
        self._known[name] = is_common(form for form, count in now.items() if count > 0)
        return is_common(held)


def _write(database: Database, linked: Linked, part: Relinked | None) -> frozenset[str]:
    """Write works with what leads to them; papers of which a reference leads elsewhere."""
    return write_works(
        database,
        rules=RULES,
        works=linked.works,
        names=linked.names,
        resolutions=linked.resolutions,
        conflicts=[KeptApart(c.one, c.other, c.mentions, c.reason) for c in linked.conflicts],
        part=part,
    )


def _stamp(database: Database) -> str | None:
    """What is kept is stamped with the rules as well: the store does not say them once stale."""
    made = works_stamp(database)
    return None if made is None else f"{RULES} {made}"
