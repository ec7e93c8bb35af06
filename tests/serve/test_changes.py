"""Corrections, and papers that come and go, over HTTP."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import StorageError
from semsearch.index.build import Builder
from semsearch.index.layout import Layout, locked
from semsearch.parse.packages import FORMATS
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.serve.app import create_app
from semsearch.serve.corpus_changes import CorpusChanges
from semsearch.serve.jobs import MOST_WAITING, JobKind, JobOutcome, Jobs, JobState
from semsearch.serve.served import Served
from semsearch.settings import Settings

Publish = Callable[..., Path]
XML = {"content-type": "application/xml"}
TABLE = b"text,source_doi,target_doi\nA b.,10.5555/a1,10.5555/b\n"
BODY = '<p>Twist raises EMT [<xref rid="B1">1</xref>].</p>'


class Editor:
    """A client with a key of every scope, whose builds run in the process of the tests."""

    def __init__(self, served: Served, hashed_words: Callable[[], Any], **limits: Any) -> None:
        with served.lease() as searcher:
            self.folder = searcher.folder
        app = create_app(served, limits=Settings(**limits))
        app.state.changes = CorpusChanges(
            served,
            make_builder=lambda folder: Builder(
                folder=folder,
                encoder=hashed_words(),
                recipe=StatementRecipe.TEXT,
                batch_tokens=256,
            ),
        )
        self.jobs: Jobs = app.state.jobs
        self.client = TestClient(app, raise_server_exceptions=False)
        self.client.headers["X-API-Key"] = KeyRing(self.folder).add("editor", KeyScope.ADMIN)

    def texts(self, query: str = "EMT") -> list[str]:
        hits = self.client.get("/api/v1/search", params={"q": query}).json()["hits"]
        return sorted(hit["statement"]["text"] for hit in hits)

    def ended(self, answer: Any) -> dict[str, Any]:
        """The job of an answer, when it has ended."""
        assert answer.status_code == 202, answer.text
        assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"
        drain(self.jobs)
        job: dict[str, Any] = self.client.get(answer.headers["location"]).json()
        return job


@pytest.fixture
def editor(opened: Served, hashed_words: Callable[[], Any]) -> Iterator[Editor]:
    made = Editor(opened, hashed_words)
    yield made
    made.jobs.close()


class TestCorrections:
    @pytest.fixture
    def place(self, editor: Editor) -> str:
        hit = editor.client.get("/api/v1/search?q=Snail").json()["hits"][0]["statement"]
        return f"/api/v1/statements/{hit['id']}/citations/{hit['cites'][0]['key']}/type"

    def test_correction_holds_at_once_and_over_a_build(
        self, editor: Editor, opened: Served, place: str, publish: Publish
    ) -> None:
        put = editor.client.put(place, json={"type": "contrasting"})
        assert put.status_code == 200
        assert put.json() == {
            "statement": place.split("/")[4],
            "reference": "B1",
            "type": "contrasting",
            "confidence": None,
            "decided_by": "person",
        }
        tally = "/api/v1/tallies/10.5555/cited.1"
        assert editor.client.get(tally).json()["tally"]["contrasting"] == 1
        (listed,) = editor.client.get("/api/v1/corrections").json()["corrections"]
        assert (listed["type"], listed["text"]) == ("contrasting", "Snail raises EMT [1].")
        publish("EMT induces IL-6", "Snail raises EMT", "Twist raises EMT")
        opened.look()
        assert editor.client.get(tally).json()["tally"]["contrasting"] == 1

    def test_withdrawal_lets_the_model_decide_again(self, editor: Editor, place: str) -> None:
        tally = "/api/v1/tallies/10.5555/cited.1"
        before = editor.client.get(tally).json()
        editor.client.put(place, json={"type": "contrasting"})
        deleted = editor.client.delete(place)
        assert deleted.status_code == 200
        assert deleted.json()["decided_by"] not in (None, "person")
        assert 0 <= deleted.json()["confidence"] <= 1
        assert editor.client.get(tally).json() == before
        again = editor.client.delete(place)
        assert again.status_code == 404
        assert "has no correction towards 'B1'" in again.json()["detail"]

    @pytest.mark.parametrize(
        ("path", "body", "status", "detail"),
        [
            ("abcdefghij234567/citations/B1", {"type": "contrasting"}, 404, "no statement"),
            ("x/citations/B1", {"type": "praising"}, 422, "type: Input should be 'supporting'"),
            ("x/citations/B1", {}, 422, "type: Field required"),
            ("x/citations/B1", {"type": "supporting", "by": "me"}, 422, "Extra inputs"),
            ("%00/citations/B1", {"type": "supporting"}, 422, "control character"),
        ],
    )
    def test_wrong_correction_is_refused(
        self, editor: Editor, path: str, body: dict[str, str], status: int, detail: str
    ) -> None:
        answer = editor.client.put(f"/api/v1/statements/{path}/type", json=body)
        assert answer.status_code == status
        assert detail in answer.json()["detail"]

    def test_reference_that_is_not_cited_is_named(self, editor: Editor, place: str) -> None:
        answer = editor.client.put(place.replace("B1", "B9"), json={"type": "supporting"})
        assert answer.status_code == 404
        assert "cites no reference 'B9', only B1" in answer.json()["detail"]

    def test_correction_during_a_build_is_409(self, editor: Editor, place: str) -> None:
        with locked(Layout(editor.folder)):
            answer = editor.client.put(place, json={"type": "contrasting"})
        assert answer.status_code == 409
        assert "is being written by process" in answer.json()["detail"]
        assert editor.client.put(place, json={"type": "contrasting"}).status_code == 200


class TestPapers:
    def test_paper_that_is_sent_is_found_and_can_be_removed(
        self, editor: Editor, article: Callable[..., bytes]
    ) -> None:
        xml = article(BODY, doi="10.5555/sent")
        job = editor.ended(editor.client.post("/api/v1/papers", content=xml, headers=XML))
        sha256 = hashlib.sha256(xml).hexdigest()
        assert (job["kind"], job["state"], job["subject"]) == ("add", "done", sha256)
        assert job["outcome"] == {
            "paper": "doi:10.5555/sent", "generation": 2, "published": True, "statements": 3,
        }  # fmt: skip
        assert job["submitted"] <= job["started"] <= job["ended"]
        assert "Twist raises EMT [1]." in editor.texts()
        kept = editor.folder / "added" / f"{sha256}.xml"
        assert kept.read_bytes() == xml
        again = editor.ended(editor.client.post("/api/v1/papers", content=xml, headers=XML))
        assert (again["state"], again["outcome"]["published"]) == ("done", False)
        assert [path.name for path in kept.parent.iterdir()] == [kept.name]
        gone = editor.ended(editor.client.delete("/api/v1/papers/10.5555/SENT"))
        assert (gone["kind"], gone["state"]) == ("remove", "done")
        assert gone["outcome"]["statements"] == 2
        assert editor.texts() == ["EMT induces IL-6 [1].", "Snail raises EMT [1]."]
        assert not kept.exists()
        assert editor.client.get("/api/v1/papers/10.5555/sent").status_code == 404

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"no xml at all", f"the body holds no paper, expected one of {FORMATS}"),
            (b"<html/>", f"the body holds no paper, expected one of {FORMATS}"),
            (b"\x00\x01", f"the body holds no paper, expected one of {FORMATS}"),
            (gzip.compress(b"<article/>", mtime=0), "the body holds no paper"),
            (b"@article{a, title={b}}", "the body holds no paper"),
            (b"<articles><article/><article/></articles>", "the body holds several papers"),
            (TABLE + b"C d.,10.5555/a2,10.5555/b\nE f.,no,10.5555/b\n", "several papers"),
            (b"text,source_doi\nE f.,no\n", "source_doi 'no' is no identifier"),
            (b"text,source_doi\n", "the body holds no paper"),
            (b"text,text,source_doi\n", "row 1: the column 'text' stands twice"),
        ],
    )
    def test_what_is_not_one_paper_of_a_known_format_is_refused_at_once_and_not_kept(
        self, editor: Editor, content: bytes, error: str
    ) -> None:
        answer = editor.client.post("/api/v1/papers", content=content, headers=XML)
        assert answer.status_code == 422
        assert error in answer.json()["detail"]
        assert list((editor.folder / "added").iterdir()) == []

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"<article><p></article>", "not well-formed XML"),
            (b'<article xmlns="http://docbook.org/ns/docbook"/>', "DocBook"),
        ],
    )
    def test_file_that_its_reader_refuses_fails_with_a_sentence_and_is_not_kept(
        self, editor: Editor, content: bytes, error: str
    ) -> None:
        job = editor.ended(editor.client.post("/api/v1/papers", content=content, headers=XML))
        assert job["state"] == "failed"
        assert error in job["error"]
        assert list((editor.folder / "added").iterdir()) == []
        assert len(editor.texts()) == 2

    @pytest.mark.parametrize(
        ("content", "kind", "suffix", "paper"),
        [
            (TABLE, "text/csv", "txt", "doi:10.5555/a1"),
            (b"PMID- 12\nTI  - A synthetic title.\n", "text/plain", "txt", "pmid:12"),
            (
                b'{"paper_id": "1", "metadata": {"doi": "10.5555/a3"}, "pdf_parse": {}}',
                "application/json",
                "txt",
                "doi:10.5555/a3",
            ),
            (b"<TEI><teiHeader/></TEI>", "application/tei+xml", "xml", None),
        ],
    )
    def test_one_paper_of_any_format_is_taken_and_can_be_removed(
        self, editor: Editor, content: bytes, kind: str, suffix: str, paper: str | None
    ) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        sent = editor.client.post(
            "/api/v1/papers", content=content, headers={"content-type": f"{kind}; charset=utf-8"}
        )
        job = editor.ended(sent)
        paper = paper or f"sha256:{sha256}"
        assert (job["state"], job["outcome"]["paper"]) == ("done", paper)
        (kept,) = (editor.folder / "added").iterdir()
        assert (kept.name, kept.read_bytes()) == (f"{sha256}.{suffix}", content)
        assert editor.ended(editor.client.delete(f"/api/v1/papers/{paper}"))["state"] == "done"
        assert not kept.exists()

    def test_file_that_tells_less_than_that_of_the_index_is_not_kept(
        self, editor: Editor, article: Callable[..., bytes]
    ) -> None:
        xml = article(BODY, doi="10.5555/a1")
        editor.ended(editor.client.post("/api/v1/papers", content=xml, headers=XML))
        job = editor.ended(
            editor.client.post(
                "/api/v1/papers", content=TABLE, headers={"content-type": "text/csv"}
            )
        )
        assert job["state"] == "failed"
        assert job["error"] == (
            "the index has the paper doi:10.5555/a1 already, from a file that tells more of it"
        )
        (kept,) = (editor.folder / "added").iterdir()
        assert kept.read_bytes() == xml

    @pytest.mark.parametrize("kind", ["application/zip", "application/pdf", "multipart/form-data"])
    def test_other_types_are_refused(self, editor: Editor, kind: str) -> None:
        answer = editor.client.post(
            "/api/v1/papers", content=b"<article/>", headers={"content-type": kind}
        )
        assert answer.status_code == 415
        assert kind in answer.json()["detail"]
        assert FORMATS in answer.json()["detail"]

    def test_empty_and_large_bodies_are_refused_and_leave_nothing(
        self, opened: Served, hashed_words: Callable[[], Any]
    ) -> None:
        editor = Editor(opened, hashed_words, max_file_bytes=1000)
        empty = editor.client.post("/api/v1/papers", content=b"", headers=XML)
        assert empty.status_code == 422
        for content in (b"x" * 1001, iter([b"x" * 600] * 2)):
            large = editor.client.post("/api/v1/papers", content=content, headers=XML)
            assert large.status_code == 413
            assert "1,000 bytes" in large.json()["detail"]
        assert list((editor.folder / "added").iterdir()) == []

    def test_article_may_be_larger_than_other_bodies(
        self, opened: Served, hashed_words: Callable[[], Any], article: Callable[..., bytes]
    ) -> None:
        editor = Editor(opened, hashed_words, max_body_bytes=100)
        xml = article(BODY, doi="10.5555/sent")
        job = editor.ended(editor.client.post("/api/v1/papers", content=xml, headers=XML))
        assert job["state"] == "done"
        editor.jobs.close()

    def test_paper_that_there_is_not_is_404(self, editor: Editor) -> None:
        answer = editor.client.delete("/api/v1/papers/10.5555/none")
        assert answer.status_code == 404
        assert editor.client.get("/api/v1/jobs/none").status_code == 404

    def test_job_during_another_build_fails_with_its_reason(
        self, editor: Editor, article: Callable[..., bytes]
    ) -> None:
        with locked(Layout(editor.folder)):
            sent = editor.client.post("/api/v1/papers", content=article(BODY), headers=XML)
            job = editor.ended(sent)
        assert job["state"] == "failed"
        assert "is being written by process" in job["error"]


def outcome() -> JobOutcome:
    return JobOutcome(paper=None, generation=1, published=False, statements=0)


def blocked(begun: threading.Event, hold: threading.Event) -> JobOutcome:
    begun.set()
    hold.wait()
    return outcome()


def drain(jobs: Jobs) -> None:
    """Waits until all jobs so far have ended: they run in their order."""
    ended = threading.Event()

    def last() -> JobOutcome:
        ended.set()
        return outcome()

    jobs.submit(JobKind.ADD, "the last", last)
    ended.wait()


class TestJobs:
    def test_one_at_a_time_in_their_order(self) -> None:
        jobs, running, order = Jobs(), [0], list[int]()

        def work(number: int) -> JobOutcome:
            running[0] += 1
            assert running == [1]
            order.append(number)
            running[0] -= 1
            return outcome()

        given = [
            jobs.submit(JobKind.ADD, str(n), lambda n=n: work(n))  # type: ignore[misc]
            for n in range(20)
        ]
        drain(jobs)
        assert order == list(range(20))
        found = [jobs.get(one.id) for one in given]
        assert {one.state for one in found if one is not None} == {JobState.DONE}
        jobs.close()

    def test_fault_of_one_is_told_without_what_it_was_and_the_next_runs(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        jobs = Jobs()

        def fail() -> JobOutcome:
            raise RuntimeError("/secret")

        def refuse() -> JobOutcome:
            raise StorageError("the disk is full")

        given = [jobs.submit(JobKind.ADD, "x", work) for work in (fail, refuse, outcome)]
        drain(jobs)
        found = [jobs.get(one.id) for one in given]
        assert [one.state.value for one in found if one] == ["failed", "failed", "done"]
        assert [one.error for one in found if one] == [
            "the job failed; the log of the server says why", "the disk is full", None,
        ]  # fmt: skip
        assert "/secret" in caplog.text
        jobs.close()

    def test_too_many_that_wait_are_refused(
        self, editor: Editor, article: Callable[..., bytes]
    ) -> None:
        with locked(Layout(editor.folder)):
            hold, begun = threading.Event(), threading.Event()
            editor.jobs.submit(JobKind.ADD, "x", lambda: blocked(begun, hold))
            begun.wait()
            for _ in range(MOST_WAITING):
                editor.jobs.submit(JobKind.ADD, "x", outcome)
            answer = editor.client.post("/api/v1/papers", content=article(BODY), headers=XML)
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "60"
            assert list((editor.folder / "added").iterdir()) == []
            hold.set()
        editor.jobs.close()
