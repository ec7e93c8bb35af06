"""The build report: what became of every file, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from semsearch.index.manifest import Manifest
from semsearch.index.reading import FileReport, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over all files: xrefs + expanded = citations + the sum of excluded."""

    files: int
    read: int
    unchanged: int
    skipped: int
    poorer: int
    statements: int
    xrefs: int
    expanded: int
    citations: int
    excluded: dict[str, int]
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did.

    A file of several papers has an entry a paper. ``formats`` has the sums by format, ``unknown``
    the names of those of ``other_files`` that may be text, in no known format. ``encoded`` counts
    texts whose vectors were computed; ``published`` is false when nothing had changed; ``seconds``
    has the wall time of each stage; ``peak_memory_bytes`` is the largest resident set of the
    process so far; ``targets`` what became of the references: ``works`` that there are; references
    led to one by ``identifier``, ``title`` or ``place``, or ``alone`` in naming theirs;
    ``without``: those that say too little; ``kept_apart``: pairs of identifiers that references
    join and that were not joined. ``cpu_seconds`` is what this process spent on each stage; those
    of ``write`` are also told by themselves where little changed.
    """

    files: tuple[FileReport, ...]
    totals: Totals
    formats: dict[str, Totals]
    other_files: int  # files in folders and packages that are in no known format
    unknown: tuple[str, ...]
    encoded: int
    published: bool
    seconds: dict[str, float]
    cpu_seconds: dict[str, float]
    peak_memory_bytes: int
    index: Manifest
    targets: dict[str, int]

    @property
    def skipped(self) -> tuple[FileReport, ...]:
        """The files that could not be taken."""
        return tuple(f for f in self.files if f.outcome is Outcome.SKIPPED)


def total(files: tuple[FileReport, ...]) -> Totals:
    """The sums over file reports."""
    outcomes = Counter(f.outcome for f in files)
    excluded: Counter[str] = Counter()
    for file in files:
        excluded.update(file.excluded)
    return Totals(
        files=len(files),
        read=outcomes[Outcome.READ],
        unchanged=outcomes[Outcome.UNCHANGED],
        skipped=outcomes[Outcome.SKIPPED],
        poorer=outcomes[Outcome.POORER],
        statements=sum(f.statements for f in files),
        xrefs=sum(f.xrefs for f in files),
        expanded=sum(f.expanded for f in files),
        citations=sum(f.citations for f in files),
        excluded=dict(sorted(excluded.items())),
        warnings=sum(len(f.warnings) for f in files),
    )


def by_format(files: tuple[FileReport, ...]) -> dict[str, Totals]:
    """The sums of each format, by its name; ``unknown`` where none was recognised."""
    held: dict[str, list[FileReport]] = {}
    for file in files:
        held.setdefault(file.format or "unknown", []).append(file)
    return {name: total(tuple(held[name])) for name in sorted(held)}


def summary(report: BuildReport) -> str:
    """The report in a few lines for people."""
    totals, index = report.totals, report.index
    seen = f"{totals.xrefs:,} xrefs + {totals.expanded:,} expanded = {totals.citations:,} citations"
    seen += "".join(f" + {count:,} {reason}" for reason, count in totals.excluded.items())
    lines = [
        f"{totals.files:,} files: {totals.read:,} read, {totals.unchanged:,} unchanged,"
        f" {totals.skipped:,} skipped"
        + (f", {totals.poorer:,} poorer than another of the same paper" if totals.poorer else "")
        + (
            f"; {report.other_files:,} files of other kinds passed over"
            if report.other_files
            else ""
        ),
        seen,
        f"{report.targets['works']:,} works: references led to theirs by identifier"
        f" {report.targets['identifier']:,}, title {report.targets['title']:,}, volume and page"
        f" {report.targets['place']:,}, alone {report.targets['alone']:,}; with too little said"
        f" {report.targets['without']:,}; identifiers kept apart {report.targets['kept_apart']:,}",
        f"{report.encoded:,} texts encoded",
        (
            "generation {} published"
            if report.published
            else "nothing changed, generation {} stays"
        ).format(index.generation)
        + f": {index.counts['papers']:,} papers, {index.counts['statements']:,} statements,"
        f" {index.counts['citations']:,} citations, {index.counts['abstracts']:,} abstracts",
        *(() if index.delta is None else (f"delta: {index.delta.described}",)),
        f"content digest {index.content_digest}",
        "seconds: "
        + ", ".join(f"{name} {seconds:.1f}" for name, seconds in report.seconds.items())
        + f"; peak memory {report.peak_memory_bytes / 2**20:,.0f} MiB",
    ]
    if len(report.formats) > 1:
        lines[1:1] = [
            f"  {name}: {one.files:,} files, {one.statements:,} statements, {one.xrefs:,} xrefs"
            f" + {one.expanded:,} expanded = {one.citations:,} citations"
            + "".join(f" + {count:,} {reason}" for reason, count in one.excluded.items())
            for name, one in report.formats.items()
        ]
    if report.unknown:
        lines.insert(1, f"{len(report.unknown):,} files in no known format")
    if totals.warnings:
        lines.insert(
            lines.index(seen) + 1, f"{totals.warnings:,} warnings, listed by --report FILE"
        )
    return "\n".join(lines)
