"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from semsearch.encode.encoder import Encoder
    from semsearch.rank.options import SearchOptions
    from semsearch.search import Searcher

Index = Annotated[
    Path | None,
    typer.Option("--index", help="Folder of the index. [default: SEMSEARCH_INDEX, else index]"),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Name or folder of a sentence-transformers model. [default: SEMSEARCH_MODEL, else that"
        " of the index, else all-MiniLM-L6-v2]",
    ),
]
Recipe = Annotated[
    str | None,
    typer.Option(
        "--recipe",
        help="Text of a statement that is encoded: text, title-text, before-text or context."
        " [default: SEMSEARCH_RECIPE, else that of the index, else text]",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", "-n", help="Most hits to give. [default: SEMSEARCH_LIMIT, else 10]"),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON, with the fields of the HTTP API.")
]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="Print CSV; where exports are, short for --format csv.")
]
ExportAs = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="Export statements, without --limit all that were found: bibtex, ris, csv, jsonl,"
        " annotation or markdown.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write the export to a file, whole or not at all."),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        metavar="URL",
        help="What links of exported statements begin with. [default: /api/v1]",
    ),
]
Mode = Annotated[
    str, typer.Option("--mode", help="Retrievers that are asked: hybrid, dense or lexical.")
]
FusionOf = Annotated[
    str,
    typer.Option("--fusion", help="How both become one list: convex or reciprocal-rank."),
]
RerankBy = Annotated[
    str,
    typer.Option("--rerank", help="What orders the fused list: learned, late-interaction or none."),
]
CrossEncoder = Annotated[
    str | None,
    typer.Option(
        "--cross-encoder",
        help="Name or folder of a sentence-transformers cross-encoder that reads the best hits.",
    ),
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        "-f",
        help="Only what fits, such as section=results|discussion, year=2010..2015,"
        " -journal=NAME for not, or JSON; several must all hold. Fields: section, citation_type,"
        " year, publication_type, relationship, source_author, target_author, journal, source_doi,"
        " target_doi, licence, notice.",
    ),
]
Sort = Annotated[
    str, typer.Option("--sort", help="Order of the hits: relevance, year or citations.")
]
Cursor = Annotated[
    str | None, typer.Option("--cursor", help="Go on where a page ended: what it gave as next.")
]
Group = Annotated[
    bool, typer.Option("--group", help="Put the hits of one paper under the best of them.")
]
Fold = Annotated[
    bool,
    typer.Option("--fold/--no-fold", help="Put near-duplicates under the best of them."),
]
Facets = Annotated[
    list[str] | None,
    typer.Option("--facet", help="Count the values of a filter field in the whole result set."),
]
FacetAlternatives = Annotated[
    bool,
    typer.Option(
        "--facet-alternatives",
        help="Count each field without the filter's own conditions on it: what its other values"
        " would find.",
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Print what each rank came from, and where the time went.")
]


def search_options(
    *,
    limit: int | None = None,
    mode: str = "hybrid",
    fusion: str = "convex",
    rerank: str = "learned",
    cross_encoder: str | None = None,
    filters: list[str] | None = None,
    sort: str = "relevance",
    cursor: str | None = None,
    group: bool = False,
    fold: bool = True,
    facets: list[str] | None = None,
    facet_alternatives: bool = False,
) -> SearchOptions:
    """The options of a search, checked.

    Raises:
        QueryError: a value that there is not.
    """
    from semsearch.rank.options import read_options

    return read_options(
        limit=limit,
        mode=mode,
        fusion=fusion,
        rerank=rerank,
        cross_encoder=cross_encoder,
        filters=filters or [],
        sort=sort,
        cursor=cursor,
        group=group,
        fold=fold,
        facets=facets or [],
        facet_alternatives=facet_alternatives,
    )


def open_searcher(
    index: Path | None, model: str | None, *, encoder: Encoder | None = None
) -> Searcher:
    """The searcher that a command asks."""
    from semsearch.search import Searcher

    return Searcher(index, model=model, encoder=encoder)


def print_json(record: object) -> None:
    """Print a record, or plain data, as one line of JSON."""
    import orjson

    typer.echo(orjson.dumps(record))
