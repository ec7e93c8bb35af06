"""From articles to a ready index, beside encoding alone; and one paper added and taken away.

    scripts/benchmark build INDEX ARTICLES... [--most 200] [--rounds 2] [--sizes 0 1000000]

The articles (files, packages, folders) are built into a new index by ``semsearch build``; then all
texts of that index are encoded as one list by the same back end, which is what no build can be
faster than. txtai is given the same texts. To a copy of INDEX, and of indexes scaled from it, one
article is added until a search finds it, and taken away until none does; the model is loaded
already. Each is told by its stages too, in wall time and in CPU time of this process. ``--most 0``
leaves out all but these.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import orjson
from benchmark_server import DOI, write_article
from benchmarks.machine import memory_of
from benchmarks.result import Row, conclude, parser_of, run, started
from benchmarks.rounds import ROOT, Contestant, compete
from benchmarks.scaled import scaled_index

from semsearch.encode.recipe import StatementRecipe
from semsearch.encode.sources import default_folder
from semsearch.index.build import open_builder
from semsearch.index.corpus import compare_texts, encoded_texts, texts_of_works
from semsearch.index.layout import Layout
from semsearch.index.report import BuildReport
from semsearch.parse.packages import ArticleFile, ArticleFiles
from semsearch.search import Searcher
from semsearch.store.database import Database

COLUMNS = (
    "round_min_s",
    "round_median_s",
    "texts",
    "over_encoding",
    "min_ms",
    "p50_ms",
    "cpu_ms",
    "peak_mb",
)
_MOST_BYTES = 2**26
_PEER_TEXTS = 2_000  # that txtai encodes; its time for all is in proportion
_LOT = 1_000


def main() -> None:
    """Print the rows of builds and of changes."""
    parser = parser_of(__doc__)
    parser.add_argument("articles", type=Path, nargs="+")
    parser.add_argument("--most", type=int, default=200, help="articles that are built")
    parser.add_argument("--sizes", type=int, nargs="*", default=[0], help="of indexes; 0 for INDEX")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.most, arguments.rounds, arguments.sizes = 3, 1, [0]
    machine = started()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = build(arguments, folder) if arguments.most else []
        for size in arguments.sizes:
            index = scaled_index(arguments.index, arguments.work, size) if size else arguments.index
            rows += change(index, arguments.index, folder, arguments.rounds)
    conclude("build", rows, machine, arguments, columns=COLUMNS)


def build(arguments: argparse.Namespace, folder: Path) -> list[Row]:
    """A build, and encoding alone."""
    articles = folder / "articles"
    articles.mkdir()
    chosen = write_articles(arguments.articles, articles, arguments.most)
    index = folder / "built"
    spent: list[float] = []
    stages: list[dict[str, float]] = []
    peak = 0
    for _ in range(arguments.rounds):
        shutil.rmtree(index, ignore_errors=True)
        report = folder / "report.json"
        command = [sys.executable, "-m", "semsearch", "build", str(articles)]
        begun = time.perf_counter()
        subprocess.run(  # noqa: S603 - our own command
            [*command, "--index", str(index), "--report", str(report)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        spent.append(time.perf_counter() - begun)
        told = orjson.loads(report.read_bytes())
        stages.append(told["seconds"])
        peak = max(peak, told["peak_memory_bytes"])
    texts = texts_of(index)
    path = folder / "texts.json"
    path.write_bytes(orjson.dumps(texts))
    few = folder / "few.json"
    few.write_bytes(orjson.dumps(texts[:_PEER_TEXTS]))
    (folder / "none.json").write_bytes(b"[]")
    given = {"questions": str(folder / "none.json"), "out": str(folder / "vectors.npy")}
    encoding, peer = compete(
        [
            Contestant(
                name="semsearch, encoding alone",
                factory="benchmarks.encoders:Own",
                options=given | {"texts": str(path)},
            ),
            Contestant(
                name="txtai, index of the same texts",
                factory="benchmarks.encoders:TxtaiIndex",
                options=given | {"texts": str(few), "model": str(default_folder())},
                peer=True,
            ),
        ],
        rounds=arguments.rounds,
        parameters={"task": "build", "articles": chosen},
    )
    encoding.figures["texts"] = len(texts)
    if peer.left_out is None:
        peer.figures["texts"] = min(len(texts), _PEER_TEXTS)
    least = min(spent)
    figures = {
        "round_min_s": least,
        "round_median_s": float(np.median(spent)),
        "texts": float(len(texts)),
        "over_encoding": least / encoding.figures["round_min_s"],
        "peak_mb": peak / 1e6,
    }
    figures |= {f"{name}_s": seconds for name, seconds in stages[spent.index(least)].items()}
    own = Row(
        contender="semsearch build, from its start",
        parameters={"task": "build", "articles": chosen},
        figures=figures,
    )
    return [own, encoding, peer]


def write_articles(sources: list[Path], folder: Path, most: int) -> int:
    """Write every so manieth article of some sources into a folder, up to ``most``."""
    found: list[ArticleFile] = list(ArticleFiles(tuple(sources), max_bytes=_MOST_BYTES))
    step = max(1, len(found) // most)
    chosen = [one for one in found[::step] if one.content is not None][:most]
    for number, article in enumerate(chosen):
        (folder / f"{number:05d}.xml").write_bytes(article.content or b"")
    return len(chosen)


def texts_of(index: Path) -> list[str]:
    """All texts that a build of an index encodes."""
    path = Layout(index).store
    store = Database(path, read_only=True)
    recipe = StatementRecipe.TEXT
    texts: list[str] = []
    found = compare_texts((path, recipe)) | {"works": texts_of_works(store)}
    for kind in encoded_texts(store, recipe, found).values():
        digests = kind.unique_digests()
        for first in range(0, len(digests), _LOT):
            texts += kind.texts(digests[first : first + _LOT])
    store.close()
    return texts


def change(index: Path, real: Path, folder: Path, rounds: int) -> list[Row]:
    """One article added to a copy of an index and taken away, until a search says so.

    The first of each is not counted: it writes all files where the index was not made by this
    version.
    """
    copy = folder / "changed"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(index, copy)
    layout = Layout(copy)
    if not layout.store.is_file():  # a scaled index has but a generation
        shutil.copy(layout.store_of(layout.published()), layout.store)
        shutil.copy(Layout(real).vector_cache, layout.vector_cache)
    builder = open_builder(copy)
    searcher = Searcher(copy, encoder=builder.encoder)
    statements = len(searcher.generation.statements.dense)
    searcher.close()

    def live(act: Callable[[], BuildReport], wanted: bool) -> dict[str, float]:
        begun, cpu = time.perf_counter(), time.process_time()
        report = act()
        published = time.perf_counter()
        searcher = Searcher(copy, encoder=builder.encoder)
        found = searcher.search("quokka kinase seen in the swap", limit=10).hits
        ended = time.perf_counter()
        spent = {"all": ended - begun, "search": ended - published}
        spent["cpu"] = time.process_time() - cpu
        spent |= report.seconds | {f"{n}_cpu": s for n, s in report.cpu_seconds.items()}
        if any(hit.statement.paper.doi == DOI for hit in found) is not wanted:
            raise RuntimeError(f"the article is {'not ' if wanted else ''}found")
        searcher.close()
        return spent

    added, removed = [], []
    for number in range(rounds + 1):
        path = write_article(folder, number)
        added.append(live(partial(builder.build, ArticleFiles((path,), _MOST_BYTES)), True))
        removed.append(live(partial(builder.remove, [DOI]), False))
    shutil.rmtree(copy)
    memory = memory_of()
    return [
        Row(
            contender=f"semsearch, one paper {name}",
            parameters={"task": name, "statements": statements},
            figures=_figures(spent[1:]) | {"peak_mb": memory.peak / 1e6},
        )
        for name, spent in (("added", added), ("removed", removed))
    ]


def _figures(rounds: list[dict[str, float]]) -> dict[str, float]:
    """The best and the middle round, and the least of each stage."""
    least = {
        f"{name}_ms": min(one[name] for one in rounds) * 1000 for name in rounds[0] if name != "all"
    }
    every = [one["all"] for one in rounds]
    return {"min_ms": min(every) * 1000, "p50_ms": float(np.median(every)) * 1000} | least


if __name__ == "__main__":
    run(main)
