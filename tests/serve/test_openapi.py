"""The OpenAPI document: complete, and true of every answer.

Requests are made out of the document by schemathesis, ``SEMSEARCH_CASES`` of them for each route.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from semsearch.alerts import Ledger, save_question
from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.search import Searcher
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.serve.app import create_app
from semsearch.serve.corpus_changes import CorpusChanges
from semsearch.serve.served import Served
from semsearch.settings import Settings

#: Of ``reported``: in the corpus, and known from reference lists alone.
HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"
CASES = int(os.environ.get("SEMSEARCH_CASES", "100"))


@pytest.fixture(scope="module")
def copied(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that may be changed."""
    folder = tmp_path_factory.mktemp("described")
    shutil.copytree(reported, folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def app(copied: Path, hashed_words: Callable[[], Any]) -> Iterator[FastAPI]:
    served = Served(Searcher(copied, encoder=hashed_words()))
    app = create_app(served, limits=Settings(address_requests=0, key_requests=0))
    app.state.changes = CorpusChanges(
        served,
        make_builder=lambda folder: Builder(
            folder=folder, encoder=hashed_words(), recipe=StatementRecipe.TEXT, batch_tokens=256
        ),
    )
    yield app
    app.state.jobs.close()
    served.close()


@pytest.fixture(scope="module")
def key(copied: Path) -> str:
    return KeyRing(copied).add("schemathesis", KeyScope.ADMIN)


@pytest.fixture(scope="module")
def statement(app: FastAPI) -> str:
    """The id of one."""
    with app.state.served.lease() as searcher:
        return str(searcher.search("EMT").hits[0].statement.id)


@pytest.fixture(scope="module")
def saved(app: FastAPI) -> str:
    """The id of a saved search."""
    with app.state.served.lease() as searcher:
        return save_question(searcher, Ledger(searcher.folder), "does EMT induce IL-6").search.id


class _Unopened:
    """Stands for an index where only the routes are asked for."""

    folder = Path()

    def close(self) -> None:
        pass


def operations() -> list[tuple[str, str]]:
    paths = create_app(cast(Searcher, _Unopened())).openapi()["paths"]
    return sorted((path, method) for path, methods in paths.items() for method in methods)


@pytest.fixture(scope="module")
def schema(app: FastAPI) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", app)


#: Values that lead somewhere, beside those that are made up. None leaves what was made up.
KNOWN: dict[str, list[str | None]] = {
    "doi": [HELD, CITED, "10.5555/one", "PMC1", None],
    "target_doi": [HELD, CITED, None],
    "id": [HELD, f"DOI:{CITED}", "statement", None],
    "reference": ["B1", None],
    "search": ["saved", None],
    "since": ["1", "2026-01-31", None],
    "statement": ["statement", None],
    "name": [CITED, None],
    "text": ["EMT induces IL-6", None],
    "q": ["does EMT induce IL-6", "which drugs lower EMT", "rice -salt", None],
    "query": ["EMT induces IL-6", None],
    "term": ["EMT", None],
    "filter": ["year=2020", "citation_type=contrasting", None],
    "cursor": [None],
    "facet": [None],
}
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
#: Takes more work than is done meanwhile, and refuses what is over it until later.
FILLED = ("/api/v1/papers", "post")
#: What they are about is made by other routes.
NEVER_FOUND = {
    ("/api/v1/jobs/{id}", "get"),
    ("/api/v1/searches/{search}", "delete"),
    ("/api/v1/statements/{id}/citations/{reference}/type", "delete"),
}


@pytest.mark.parametrize(("path", "method"), operations())
def test_every_answer_is_as_described(
    path: str, method: str, schema: Any, key: str, statement: str, saved: str
) -> None:
    statuses: Counter[int] = Counter()
    made = {"statement": statement, "saved": saved}

    @given(
        case=schema[path][method.upper()].as_strategy(),
        known=st.fixed_dictionaries({name: st.sampled_from(KNOWN[name]) for name in KNOWN}),
    )
    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any, known: dict[str, str | None]) -> None:
        for given_in in (case.path_parameters, case.query):
            for name, value in known.items():
                if given_in and name in given_in and value is not None:
                    given_in[name] = made.get(value, value)
        if path == "/api/v1/similar" and method == "post" and known["text"] is not None:
            case.body = {"text": known["text"]}  # one of two is what is asked for
        if path == "/api/v1/check" and known["text"] is not None:
            cited = f"{known['text']} (doi:{CITED})."  # a draft without citations is refused
            case.body, case.media_type = {"text": cited}, "application/json"
        if path == "/api/v1/searches" and method == "post" and known["q"] is not None:
            case.body = {**case.body, "query": known["q"]}
        if path == "/api/v1/papers" and method == "post" and known["text"] is not None:
            case.body, case.media_type = b"<article/>", "application/xml"
        if method == "delete" and "search" in (case.path_parameters or {}):
            case.path_parameters["search"] = "none"  # the one that is there stays
        if method == "delete" and "doi" in (case.path_parameters or {}):
            case.path_parameters["doi"] = known["doi"] and "10.5555/report"  # the others stay
        answer = case.call(headers={"X-API-Key": key})
        later = answer.status_code == 503 and "retry-after" in answer.headers
        full = later and (path, method) == FILLED
        checks = [one for one in CHECKS if one is not not_a_server_error or not full]
        case.validate_response(answer, checks=checks)
        statuses[answer.status_code] += 1

    check()
    assert any(status < 300 for status in statuses) or (path, method) in NEVER_FOUND, statuses


def routes(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            yield path, method, route


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def test_every_route_says_what_it_does_takes_and_gives(document: dict[str, Any]) -> None:
    count = 0
    for path, method, route in routes(document):
        place = f"{method} {path}"
        count += 1
        assert route["summary"], place
        assert route["description"], place
        assert route["tags"], place
        for parameter in route.get("parameters", []):
            assert parameter["description"], (place, parameter["name"])
        body = route.get("requestBody", {}).get("content", {})
        assert all(kind["schema"] for kind in body.values()), place
        given = [code for code in route["responses"] if code.startswith("2")]
        assert len(given) == 1, place
        for kind, content in route["responses"][given[0]]["content"].items():
            assert content["schema"], (place, kind)
    assert count > 40


def test_every_route_names_the_errors_that_may_come_before_it(document: dict[str, Any]) -> None:
    for path, method, route in routes(document):
        place = f"{method} {path}"
        errors = {code for code in route["responses"] if code >= "4"}
        assert errors >= {"400", "401", "408", "413", "414", "429", "500", "503", "504"}, place
        if path.startswith("/api/v1/"):
            assert "422" in errors or not route.get("parameters"), place
        for code in errors:
            kinds = list(route["responses"][code]["content"])
            s2 = path.startswith("/s2/")
            assert kinds == ["application/json" if s2 else "application/problem+json"], place


def test_routes_that_refuse_until_later_say_that_they_tell_when(document: dict[str, Any]) -> None:
    for path, method, route in routes(document):
        for status, response in route["responses"].items():
            place = (method, path, status)
            told = response.get("headers", {}).get("Retry-After")
            assert (told is not None) == (status in ("429", "503", "504")), place
            assert told is None or (told["required"] and told["description"]), place


def test_keys_are_needed_for_changes_alone(document: dict[str, Any]) -> None:
    for path, method, route in routes(document):
        free = {} in route["security"]
        assert free == ("changes" not in route["tags"]), (method, path)
        assert free or {"401", "403"} <= set(route["responses"]), (method, path)


def test_fields_of_bodies_are_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in (
        "AskedBody",
        "SimilarBody",
        "ReportBody",
        "NamedWorks",
        "TypeBody",
        "QuestionToSave",
        "ReportToSave",
        "QuestionOptions",
        "WorkOptions",
    ):
        for field, described in schemas[name]["properties"].items():
            assert described.get("description"), (name, field)


def test_nothing_of_the_description_comes_from_elsewhere(app: FastAPI) -> None:
    client = TestClient(app)
    for path in ("/docs", "/redoc"):
        assert b"cdn" not in client.get(path).content
    assert client.get("/openapi.json").json() == app.openapi()
