"""``semsearch doctor``."""

from __future__ import annotations

import typer

from semsearch.cli.options import AsJson, Index, print_json


def doctor(index: Index = None, as_json: AsJson = False) -> None:
    """Check installation, settings, model, index, disk, permissions and lock; change nothing.

    One line a check: ok, warn or fail, and what to do. The exit code is 1 when something fails.
    """
    from semsearch.doctor.examination import examine
    from semsearch.doctor.finding import Level

    findings = examine(index)
    if as_json:
        print_json(findings)
    else:
        for one in findings:
            advice = "" if one.advice is None else f" -> {one.advice}"
            typer.echo(f"{one.level:<5}{one.check:<13}{one.said}{advice}")
    if any(one.level is Level.FAIL for one in findings):
        raise typer.Exit(1)
