"""Exports over HTTP."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from semsearch.export import (
    FORMATS,
    Export,
    ExportFormat,
    export_answer,
    export_report,
    export_search,
    export_similar,
    results,
    stream,
)
from semsearch.export.reading import read_statements
from semsearch.rank.options import read_options
from semsearch.search import Searcher
from semsearch.serve import exports
from semsearch.serve.app import create_app
from semsearch.serve.exports import content_disposition

HELD = "10.5555/a(b)1;c<d"
ROUTES = {
    "search/export": {"q": "EMT"},
    "ask/export": {"q": "what is EMT"},
    "similar/export": {"text": "EMT was studied"},
    f"papers/{HELD}/report/export": {},
}


@pytest.fixture
def client(report_searcher: Searcher) -> TestClient:
    return TestClient(create_app(report_searcher), raise_server_exceptions=False)


@pytest.mark.parametrize("how", list(ExportFormat))
@pytest.mark.parametrize("route", ROUTES)
def test_a_route_sends_what_the_python_api_streams(
    client: TestClient, report_searcher: Searcher, route: str, how: ExportFormat
) -> None:
    made: dict[str, Export] = {
        "search/export": export_search(report_searcher, "EMT"),
        "ask/export": export_answer(report_searcher, "what is EMT"),
        "similar/export": export_similar(report_searcher, "EMT was studied"),
        f"papers/{HELD}/report/export": export_report(report_searcher, HELD),
    }
    answer = client.get(f"/api/v1/{route}", params={**ROUTES[route], "format": how})
    assert answer.status_code == 200
    assert answer.content == b"".join(stream(made[route], how))
    assert answer.headers["content-type"] == FORMATS[how].media_type
    assert "etag" not in answer.headers  # what comes while it is sent would be under it
    assert _file_name(answer.headers["content-disposition"]).endswith(FORMATS[how].suffix)


def test_the_parameters_of_a_search_hold_for_its_export(
    client: TestClient, report_searcher: Searcher
) -> None:
    parameters = {"q": "EMT rice", "filter": "year=2021..", "sort": "year", "limit": "2",
                  "facet": "year"}  # fmt: skip
    page = client.get("/api/v1/search", params=parameters).json()
    following = {**parameters, "cursor": page["next"], "format": "jsonl"}
    lines = client.get("/api/v1/search/export", params=following).text.splitlines()
    options = read_options(filters=["year=2021.."], sort="year", limit=2, cursor=page["next"])
    expected = stream(
        export_search(report_searcher, "EMT rice", options=options), ExportFormat.JSONL
    )
    assert "\n".join([*lines, ""]) == b"".join(expected).decode()


def test_a_link_leads_to_its_statement(client: TestClient) -> None:
    for base in ("", "http://testserver/api/v1"):
        parameters = {"q": "EMT", "format": "csv", "limit": "1"}
        parameters |= {"base_url": base} if base else {}
        head, row = client.get("/api/v1/search/export", params=parameters).text.splitlines()
        link = row.split(",")[head.split(",").index("link")]
        assert link.startswith(base or "/api/v1/")
        assert client.get(link).json()["id"] == link.rpartition("/")[2]


def test_the_name_of_a_report_may_be_spelt_in_any_way(client: TestClient) -> None:
    bodies = {
        client.get(f"/api/v1/papers/{name}/report/export?format=bibtex").text
        for name in ("10.5555/a(b)1;c%3Cd", "10.5555%2FA(b)1;c%3Cd", "doi:10.5555/a(b)1;c%3Cd")
    }
    (body,) = bodies
    assert body.startswith("@article{doi:10.5555/a+28b+291+3bc+3cd,")
    # A DOI that ends in "/report" is not taken for the route of a report.
    ending = client.get("/api/v1/papers/10.5555/report/report/export?format=jsonl")
    assert '"id":"doi:10.5555/report"' in ending.text


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("search/export?q=EMT", 422, "format"),
        ("search/export?q=EMT&format=xml", 422, "format"),
        ("search/export?q=EMT&format=csv&base_url=javascript:x", 422, "base URL"),
        ("search/export?q=EMT&format=csv&base_url=//x", 422, "base URL"),
        ("search/export?q=EMT&format=csv&cloud=x", 422, "there is no parameter 'cloud'"),
        ("search/export?q=EMT&format=csv&limit=0", 422, "limit"),
        ("search/export?q=%20&format=csv", 422, "text"),
        ("search/export?q=EMT&format=csv&cursor=zzz", 422, "cursor"),
        ("search/export?format=csv", 422, "q"),
        ("search?q=EMT&format=csv", 422, "there is no parameter 'format'"),
        ("similar/export?format=csv", 422, "statement or text"),
        ("similar/export?format=csv&statement=" + "a" * 16, 404, "holds no statement"),
        ("papers/10.5555/only.citad/report/export?format=csv", 404, "10.5555/only.cited"),
        ("papers/10.5555/only.cited/report/export?format=csv&cloud=x", 422, "cloud"),
        ("papers/10.5555/only.cited/report?format=csv", 422, "there is no parameter 'format'"),
    ],
)
def test_what_cannot_be_exported_is_an_error_in_the_one_shape(
    client: TestClient, path: str, status: int, detail: str
) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status
    assert "content-disposition" not in answer.headers
    assert detail in answer.json()["detail"]


def test_statements_are_read_while_they_are_sent(
    report_searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    original = read_statements

    def counted(searcher: Searcher, found: Any, base_url: str) -> Any:
        read.append(len(found))
        return original(searcher, found, base_url)

    monkeypatch.setattr(results, "LOT", 1)
    monkeypatch.setattr("semsearch.export.results.read_statements", counted)
    monkeypatch.setattr(exports, "CHUNK", 1)
    chunks = exports._chunks(stream(export_search(report_searcher, "EMT"), ExportFormat.CSV))
    assert next(chunks).startswith(b"rank,")
    assert read == []
    next(chunks)
    assert read == [1]


@given(
    asked=st.text(max_size=80)
    | st.text(st.sampled_from('a"\\/\r\n;%.:=é日\x00\u202e '), max_size=80)
)
def test_a_file_name_can_be_nothing_but_a_name(asked: str) -> None:
    header = content_disposition(asked, ".csv")
    assert header.isascii() and header.isprintable()
    assert re.fullmatch(
        r'attachment; filename="semsearch[a-z0-9-]*\.csv"'
        r"(?:; filename\*=UTF-8''semsearch-(?:[A-Za-z0-9-]|%[0-9A-F]{2})+\.csv)?",
        header,
    )
    name = _file_name(header)
    assert Path(name).name == name and not name.startswith(".")
    assert len(name) <= 80


def test_a_file_is_named_after_what_was_asked() -> None:
    assert content_disposition("does EMT induce IL-6?", ".bib") == (
        'attachment; filename="semsearch-does-emt-induce-il-6.bib"'
    )
    assert content_disposition("β-Catenin für é", ".md") == (
        'attachment; filename="semsearch-catenin-fur-e.md"'
        "; filename*=UTF-8''semsearch-%CE%B2-catenin-f%C3%BCr-%C3%A9.md"
    )
    assert _file_name(content_disposition("β-Catenin", ".md")) == "semsearch-β-catenin.md"
    assert content_disposition("../../etc/passwd\r\nX: y", ".csv") == (
        'attachment; filename="semsearch-etc-passwd-x-y.csv"'
    )


def test_the_routes_are_described(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    for path in ("search", "ask", "similar", "papers/{doi}/report"):
        route = described["paths"][f"/api/v1/{path}/export"]["get"]
        types = {how.media_type.partition(";")[0] for how in FORMATS.values()}
        assert set(route["responses"]["200"]["content"]) == types
        names = {parameter["name"] for parameter in route["parameters"]}
        original = described["paths"][f"/api/v1/{path}"]["get"]["parameters"]
        assert names == {parameter["name"] for parameter in original} | {"format", "base_url"}


def _file_name(header: str) -> str:
    """The name as a browser takes it: ``filename*`` before ``filename``, by Python's own parser."""
    message = Message()
    message["Content-Disposition"] = header.replace('; filename="', '; plain="')
    name = message.get_filename() or message.get_param("plain", header="content-disposition")
    assert isinstance(name, str)
    return name
