"""Any history of papers that come, change and go gives the index that is built of them at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from semsearch.encode.recipe import StatementRecipe
from semsearch.fetch.ledger import Ledger
from semsearch.index.build import Builder
from semsearch.index.citation_types import correct_citation
from semsearch.index.layout import GenerationLayout, Layout
from semsearch.index.manifest import read_manifest, stamp
from semsearch.index.report import BuildReport
from semsearch.index.verify import verify
from semsearch.parse.packages import ArticleFiles
from semsearch.records import CitationType, NoticeKind, Service
from semsearch.retrieve.facets import facet_counts
from semsearch.retrieve.filters import FilterField
from semsearch.search import Searcher
from semsearch.settings import settings
from semsearch.store.outside import SIDECAR, OutsideFact, OutsideMetadata, OutsideNotice


def reference(
    key: str, doi: str | None, title: str, authors: str, *, pmid: str = "", journal: str = ""
) -> str:
    """An entry of a reference list; authors are family names between spaces."""
    names = "".join(f"<name><surname>{name}</surname></name>" for name in authors.split())
    numbers = "".join(
        f'<pub-id pub-id-type="{kind}">{value}</pub-id>'
        for kind, value in (("doi", doi), ("pmid", pmid))
        if value
    )
    source = f"<source>{journal}</source>" if journal else ""
    return (
        f'<ref id="{key}"><label>{key[1:]}</label><element-citation>{names}'
        f"<article-title>{title}</article-title>{source}<year>2010</year>{numbers}"
        "</element-citation></ref>"
    )


NAMES = ("ant", "bee", "cat", "dog", "elk", "fox")
#: Works that several papers cite, by DOI, by title alone, and papers of the corpus among them.
LISTED = {
    "B1": reference("B1", "10.5555/shared", "Salt stress alters the ion balance of roots", "Rao"),
    "B2": reference("B2", None, "Salt stress alters the ion balance of roots", "Rao"),
    "B3": reference("B3", "10.5555/bee", "About bee and other animals of the field", "Bee"),
    "B4": reference("B4", "10.5555/elk", "About elk and other animals of the field", "Elk Rao"),
    "B5": '<ref id="B5"><label>5</label><mixed-citation>Own notes.</mixed-citation></ref>',
    # A number that joins two works; a journal, where a title stands and where it belongs; a title
    # that only likeness leads to a work; two that a DOI is given for equally often.
    "B6": reference("B6", "10.5555/shared", "Salt stress alters the ion balance", "Rao", pmid="7"),
    "B7": reference("B7", "10.5555/elk", "About elk and other animals", "Elk", pmid="7"),
    "B8": reference("B8", None, "Acta Ficta", "Rao Elk"),
    "B9": reference("B9", None, "Of frost in invented rice fields", "Oda", journal="Acta Ficta"),
    "B10": reference("B10", None, "Of frost in inventd rice fields", "Oda", journal="Acta Ficta"),
    "B11": reference("B11", "10.5555/tie", "Of frost in invented rice fields", "Oda"),
    "B12": reference("B12", "10.5555/tie", "Wholly other notes on barley leaves", "Quillon"),
}
SAYS = (
    "EMT induces interleukin 6 (IL-6) in cells",
    "IL-6 does not induce EMT",
    "Salt stress lowers the yield of rice",
    "Jasmonic acid (JA) was measured in roots of maize and rice",
    "It holds",
)
NOTICE = (
    '<related-article related-article-type="retracted-article" ext-link-type="doi"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/bee"/>'
)
QUERIES = ("does EMT induce IL-6", "rice yield", '"salt stress"', "notes about elk", "JA in maize")

Article = Callable[..., bytes]


@pytest.fixture
def always_delta(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Deltas of any size, in files that need not outlast a power cut."""
    monkeypatch.setenv("SEMSEARCH_DELTA_SHARE", "1")
    monkeypatch.setattr(os, "fsync", lambda _: None)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def written(folder: Path, article: Article, name: str, variant: int) -> Path:
    """An article about an animal; variants have other statements, lists, titles and abstracts."""
    keys = [key for n, key in enumerate(LISTED) if (variant + n) % 3]
    body = "".join(
        f"<sec><title>{'Results' if (variant + n) % 2 else 'Methods'}</title><p>{sentence}"
        f' [<xref ref-type="bibr" rid="{keys[n % len(keys)]}">{n}</xref>].</p></sec>'
        for n, sentence in enumerate(SAYS[variant % 2 : 2 + variant % 4])
    )
    abstract = f"<abstract><p>Of {name} {variant}. EMT and IL-6.</p></abstract>"
    signed = "".join(
        f'<contrib contrib-type="author"><name><surname>{family}</surname></name></contrib>'
        for family in [name.title(), *(["Rao"] if variant % 2 else [])]
    )
    front = f"<contrib-group>{signed}</contrib-group>"
    path = folder / f"{name}.xml"
    path.write_bytes(
        article(
            body,
            refs="".join(LISTED[key] for key in keys),
            doi=f"10.5555/{name}",
            title=f"About {name} and other animals of the field{' again' * (variant % 2)}",
            front=front + (abstract if variant % 3 else "") + (NOTICE if variant == 2 else ""),
        )
    )
    return path


def builder(folder: Path, encoder: Any) -> Builder:
    return Builder(folder=folder, encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=256)


def build(folder: Path, encoder: Any, *inputs: Path) -> BuildReport:
    return builder(folder, encoder).build(ArticleFiles(inputs, 10**6))


def files_of(layout: GenerationLayout) -> dict[str, bytes]:
    """What does not depend on where rows are: columns, ids, digests, counts and abbreviations."""
    kept = [*layout.folder.glob("*.columns/*"), *layout.folder.glob("*.npy")]
    kept += [layout.abbreviations, layout.definitions]
    names = [path for path in kept if ".tokens" not in path.name and ".vectors" not in path.name]
    return {str(path.relative_to(layout.folder)): path.read_bytes() for path in names}


def answers(folder: Path, encoder: Any) -> list[object]:
    """Hits with ids, scores, order and pages, facets, and the tally of every work."""
    found: list[object] = []
    with closing(Searcher(folder, encoder=encoder)) as searcher:
        for query in QUERIES:
            for limit in (1, 50):
                result = searcher.search(query, limit=limit)
                found += [(h.statement.id, h.score, h.origin, h.stance) for h in result.hits]
            found.append(
                [(h.paper.id, h.score, h.origin) for h in searcher.search_abstracts(query)]
            )
        columns = searcher.generation.statements.columns
        every = np.arange(len(columns))
        found += [facet_counts(columns, every, field) for field in FilterField]
    return found


def derived(folder: Path) -> dict[str, list[str]]:
    """What the store of the published generation derives, and what it was read from."""
    layout = Layout(folder)
    with closing(sqlite3.connect(layout.store_of(layout.published()))) as store:
        return {
            table: sorted(map(repr, store.execute(sql).fetchall()))
            for table, sql in {
                "works": "SELECT * FROM works",
                "names": "SELECT * FROM work_names",
                "resolutions": "SELECT * FROM resolutions",
                "conflicts": "SELECT * FROM link_conflicts",
                "outside": "SELECT work, service, said FROM outside",
                "told notices": "SELECT * FROM outside_notices",
                "files": "SELECT name, paper, sha256 FROM files WHERE error IS NULL",
                "citations": "SELECT c.* FROM citations c JOIN statements s ON s.id = c.statement"
                " WHERE s.last_seen IS NULL",
                "statements": "SELECT id, paper, ordinal, text, before, after FROM statements"
                " WHERE last_seen IS NULL",
            }.items()
        }


def rows_of(path: Path) -> dict[str, list[str]]:
    """All rows of a store; what it notes of itself begins anew when a generation is published."""
    with closing(sqlite3.connect(path)) as store:
        tables = store.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {
            table: sorted(map(repr, store.execute(f"SELECT * FROM {table}").fetchall()))  # noqa: S608 - names of the store
            for (table,) in tables
            if table not in {"watched", "changes"}
        }


def same(one: Path, other: Path, encoder: Any) -> None:
    """Two indexes hold the same and answer alike, though the second was built at once."""
    first, second = (read_manifest(newest(folder)) for folder in (one, other))
    assert first.content_digest == second.content_digest
    assert first.counts == second.counts
    assert derived(one) == derived(other)
    mine, theirs = files_of(newest(one)), files_of(newest(other))
    assert {name for name in theirs if mine.get(name) != theirs[name]} == set()
    assert answers(one, encoder) == answers(other, encoder)


def newest(folder: Path) -> GenerationLayout:
    layout = Layout(folder)
    return layout.generation(layout.published())


def sound(folder: Path) -> tuple[str, ...]:
    return verify(folder, max_bytes=10**6).faults


STEPS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.none() | st.integers(0, 5) | st.sampled_from(NoticeKind)),
    min_size=1,
    max_size=5,
)


def told(corpus: Path, name: str, kind: NoticeKind, moment: int) -> None:
    """A service tells of a notice about an animal's article; corrections have no other end."""
    other = None if kind is NoticeKind.CORRECTION else f"doi:10.5555/{NAMES[0]}"
    ledger = Ledger(corpus)
    ledger.keep(
        OutsideFact(
            work=f"doi:10.5555/{name}",
            service=Service.CROSSREF,
            looked=f"2026-01-01T00:00:{moment:02}+00:00",
            said=OutsideMetadata(title=f"Of {name}"),
            notices=(OutsideNotice(kind=kind, other=other),),
        )
    )
    ledger.close()


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25
)
@given(start=st.dictionaries(st.sampled_from(NAMES), st.integers(0, 5), max_size=5), steps=STEPS)
def test_history_gives_the_index_that_is_built_at_once(
    tmp_path_factory: pytest.TempPathFactory,
    article: Article,
    encoder: Any,
    always_delta: None,
    start: dict[str, int],
    steps: list[tuple[str, int | NoticeKind | None]],
) -> None:
    folder = tmp_path_factory.mktemp("history")
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    held = dict(start)
    for name, first in held.items():
        written(corpus, article, name, first)
    last = build(index, encoder, corpus)
    for moment, (name, variant) in enumerate(steps):
        if isinstance(variant, NoticeKind):
            told(corpus, name, variant, moment)
            last = builder(index, encoder).build(sidecars=[corpus / SIDECAR])
        elif variant is not None:
            last = build(index, encoder, written(corpus, article, name, variant))
            held[name] = variant
        elif name in held:
            last = builder(index, encoder).remove([f"10.5555/{name}"])
            (corpus / f"{name}.xml").unlink()
            del held[name]
    at_once = build(folder / "fresh", encoder, *sorted(corpus.glob("*.xml")))
    if not held:
        builder(folder / "fresh", encoder).build(sidecars=corpus.glob(SIDECAR))
    assert last.targets == at_once.targets
    if last.published:
        assert rows_of(newest(index).store) == rows_of(Layout(index).store)
    same(index, folder / "fresh", encoder)
    if held:
        assert sound(index) == ()


def test_delta_has_links_to_the_base_and_only_what_came(
    tmp_path: Path, article: Article, encoder: Any, always_delta: None
) -> None:
    index = tmp_path / "index"
    for number, name in enumerate(NAMES):
        written(tmp_path, article, name, number)
    first = build(index, encoder, *tmp_path.glob("*.xml"))
    assert first.index.delta is None
    encoder.encoded.clear()
    second = build(index, encoder, written(tmp_path, article, "ant", 1))
    third = builder(index, encoder).remove(["10.5555/bee"])
    assert (second.published, third.published) == (True, True)
    for report in (second, third):
        delta = report.index.delta
        assert delta is not None
        assert (delta.base, delta.generation) == (first.index.content_digest, 1)
        assert delta.rows["statements"] == first.index.counts["statements"]
        assert delta.added["statements"] == len(SAYS[1:3])
    assert third.index.delta is not None and second.index.delta is not None
    assert third.index.delta.changed > second.index.delta.changed
    layout = newest(index)
    assert layout.base.dense("statements").search.stat().st_nlink == 2
    assert len(encoder.encoded) < 8
    assert sound(index) == ()


def test_merge_writes_all_anew_and_answers_stay(
    tmp_path: Path, article: Article, encoder: Any, always_delta: None
) -> None:
    index = tmp_path / "index"
    paths = [written(tmp_path, article, name, n) for n, name in enumerate(NAMES)]
    build(index, encoder, *paths[1:])
    delta = build(index, encoder, paths[0])
    assert delta.index.delta is not None
    before = answers(index, encoder)
    one = builder(index, encoder)
    one.merge = True
    merged = one.build()
    assert merged.published
    assert merged.index.delta is None
    assert merged.index.content_digest == delta.index.content_digest
    assert answers(index, encoder) == before
    assert not one.build().published


def test_delta_that_grew_too_large_is_merged(
    tmp_path: Path, article: Article, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEMSEARCH_DELTA_SHARE", "0.5")
    settings.cache_clear()
    index = tmp_path / "index"
    build(index, encoder, *(written(tmp_path, article, name, 1) for name in NAMES))
    shapes = []
    for name in NAMES[:4]:
        delta = builder(index, encoder).remove([f"10.5555/{name}"]).index.delta
        shapes.append(delta is not None)
        if delta is not None:
            assert delta.changed <= delta.most
    monkeypatch.undo()
    settings.cache_clear()
    assert shapes == [True, True, True, False]


def test_damaged_delta_is_found(
    tmp_path: Path, article: Article, encoder: Any, always_delta: None
) -> None:
    index = tmp_path / "index"
    paths = [written(tmp_path, article, name, n) for n, name in enumerate(NAMES)]
    build(index, encoder, *paths[1:])
    build(index, encoder, paths[0])
    path = newest(index).delta.rows("statements").inserted
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    (fault,) = sound(index)
    assert "statements.inserted.npy is damaged" in fault


def test_rows_that_are_not_those_of_base_and_delta_are_found(
    tmp_path: Path, article: Article, encoder: Any, always_delta: None
) -> None:
    index = tmp_path / "index"
    paths = [written(tmp_path, article, name, 1) for name in NAMES]
    build(index, encoder, *paths[1:])
    build(index, encoder, paths[0])
    layout = newest(index)
    path = layout.delta.rows("sentences").inserted
    rows = np.load(path)
    assert len(rows)
    np.save(path, rows + 1)
    manifest = orjson.loads(layout.manifest.read_bytes())
    name = path.relative_to(layout.folder).as_posix()
    manifest["files"][name] = {"bytes": stamp(path).bytes, "sha256": stamp(path).sha256}
    layout.manifest.write_bytes(orjson.dumps(manifest))
    (fault,) = sound(index)
    assert "sentences.ids.npy does not name the rows" in fault


def test_correction_is_published_as_a_delta(
    tmp_path: Path, article: Article, encoder: Any, always_delta: None
) -> None:
    index = tmp_path / "index"
    build(index, encoder, *(written(tmp_path, article, name, 1) for name in NAMES[:3]))
    with closing(Searcher(index, encoder=encoder)) as searcher:
        statement = searcher.search("rice yield").hits[0].statement.id
    before = answers(index, encoder)
    correct_citation(index, statement, CitationType.CONTRASTING)
    report = builder(index, encoder).build()
    assert report.index.delta is not None
    assert report.index.delta.changed == 0
    after = answers(index, encoder)
    assert after != before
    one = builder(index, encoder)
    one.merge = True
    assert one.build().index.content_digest == report.index.content_digest
    assert answers(index, encoder) == after


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from conftest import HashedWords
from semsearch.encode.recipe import StatementRecipe
from semsearch.index import build, publishing, reading
from semsearch.parse.packages import ArticleFiles

os.fsync = lambda _: None
moments = [0]
def count(event, *_):
    # Opening files, SQL commits, links and renames are the moments at which a crash can hurt.
    if event in ("open", "os.rename", "os.link", "sqlite3.connect", "os.mkdir", "os.remove",
                 "shutil.rmtree"):
        moments[0] += 1
        if moments[0] == {moment}:
            os.kill(os.getpid(), signal.SIGKILL)
builder = build.Builder(folder=Path({folder!r}), encoder=HashedWords(),
                        recipe=StatementRecipe.TEXT, batch_tokens=64)
sys.addaudithook(count)
builder.build(ArticleFiles((Path({path!r}),), 10**6))
"""


@pytest.mark.parametrize("moment", [4, 30, 70, 110, 150, 190, 230, 270, 310, 350, 390, 430])
def test_generation_before_serves_after_a_kill_and_the_next_build_goes_on(
    tmp_path: Path, article: Article, encoder: Any, always_delta: None, moment: int
) -> None:
    index, corpus = tmp_path / "index", tmp_path / "corpus"
    corpus.mkdir()
    paths = [written(corpus, article, name, n) for n, name in enumerate(NAMES)]
    for some in (paths[2:], paths[1:2], [written(corpus, article, "fox", 1)]):
        build(index, encoder, *some)
    before = Layout(index).published()
    old = answers(index, encoder)
    code = KILLED.format(
        tests=str(Path(__file__).resolve().parent.parent),
        folder=str(index),
        path=str(paths[0]),
        moment=moment,
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    assert sound(index) == ()
    if Layout(index).published() == before:
        assert answers(index, encoder) == old
    build(index, encoder, paths[0])
    build(tmp_path / "fresh", encoder, corpus)
    same(index, tmp_path / "fresh", encoder)
    last = build(index, encoder, written(corpus, article, "elk", 5))
    assert last.index.delta is not None
    build(tmp_path / "again", encoder, corpus)
    same(index, tmp_path / "again", encoder)
    assert rows_of(newest(index).store) == rows_of(Layout(index).store)
