"""``semsearch eval …``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    pass

app = typer.Typer(
    help="Measure the quality of the ranking on an evaluation set.", no_args_is_help=True
)
