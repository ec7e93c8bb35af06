"""Keys, scopes and rates: who may ask what, and how often."""

from __future__ import annotations

import hmac
import logging
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from semsearch.__main__ import main
from semsearch.errors import DamageError, NotFoundError, UsageError
from semsearch.serve.access.keys import KEY_FORM, KeyRing, KeyScope
from semsearch.serve.access.rates import Rates, address_name
from semsearch.serve.app import create_app
from semsearch.serve.served import Served
from semsearch.settings import Settings

SEARCH = "/api/v1/search?q=EMT"


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path)


def client_of(served: Served, **limits: Any) -> TestClient:
    return TestClient(create_app(served, limits=Settings(**limits)), raise_server_exceptions=False)


def folder_of(served: Served) -> Path:
    with served.lease() as searcher:
        return searcher.folder


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


class TestKeyRing:
    def test_key_is_found_by_its_text_alone_and_kept_as_a_hash(self, ring: KeyRing) -> None:
        text = ring.add("reader", KeyScope.READ)
        assert KEY_FORM.fullmatch(text)
        found = ring.find(text)
        assert found is not None
        assert (found.name, found.scope, found.revoked) == ("reader", KeyScope.READ, None)
        assert text.removeprefix("ssk_").encode() not in ring.path.read_bytes()
        for wrong in ("", text[:-1], text + "a", text.upper(), "reader", "ssk_", "\udcff"):
            assert ring.find(wrong) is None

    def test_file_is_for_its_owner_alone(self, ring: KeyRing) -> None:
        ring.add("reader", KeyScope.READ)
        assert stat.S_IMODE(ring.path.stat().st_mode) == 0o600
        ring.check()
        ring.path.chmod(0o644)
        with pytest.raises(DamageError, match="has mode 644 and can be read by others"):
            ring.check()
        with pytest.raises(DamageError, match="has mode 644"):
            ring.add("other", KeyScope.READ)

    def test_revoked_key_is_refused_and_its_name_is_not_used_again(self, ring: KeyRing) -> None:
        text = ring.add("reader", KeyScope.READ)
        other = ring.add("other", KeyScope.ADMIN)
        revoked = ring.revoke("reader")
        assert revoked.revoked is not None
        assert ring.revoke("reader") == revoked
        assert ring.find(text) is None
        assert ring.find(other) is not None
        with pytest.raises(UsageError, match="there is a key 'reader' already"):
            ring.add("reader", KeyScope.READ)
        with pytest.raises(NotFoundError, match="there is no key 'nobody'"):
            ring.revoke("nobody")

    @pytest.mark.parametrize("name", ["", ".", "a b", "a" * 65, "a\n", "é", "../x", "-a"])
    def test_name_that_could_mean_something_else_is_refused(self, ring: KeyRing, name: str) -> None:
        with pytest.raises(UsageError, match="is no name of a key"):
            ring.add(name, KeyScope.READ)
        assert ring.listed() == []

    def test_every_digest_is_compared_whatever_is_wrong(
        self, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        texts = [ring.add(name, KeyScope.READ) for name in ("a", "b", "c")]
        ring.revoke("b")
        compared: list[bytes] = []
        compare = hmac.compare_digest

        def counted(one: bytes, other: bytes) -> bool:
            compared.append(other)
            return compare(one, other)

        monkeypatch.setattr(hmac, "compare_digest", counted)
        for text in (*texts, "", "ssk_", "x" * 5000):
            compared.clear()
            ring.find(text)
            assert len(compared) == 3

    def test_scopes_hold_what_those_before_them_do(self) -> None:
        assert [one for one in KeyScope if KeyScope.LABEL.covers(one)] == ["read", "label"]
        assert all(KeyScope.ADMIN.covers(one) for one in KeyScope)
        assert not KeyScope.READ.covers(KeyScope.LABEL)

    def test_maker_that_died_leaves_no_key(self, ring: KeyRing) -> None:
        ring.path.touch(0o600)
        assert ring.listed() == []
        assert ring.find("ssk_") is None
        ring.add("reader", KeyScope.READ)
        assert [key.name for key in ring.listed()] == ["reader"]

    def test_file_that_is_no_database_is_named(self, ring: KeyRing) -> None:
        ring.path.write_bytes(b"x" * 200)
        ring.path.chmod(0o600)
        with pytest.raises(DamageError, match=r"keys\.sqlite is not a usable SQLite file"):
            ring.listed()


def call(*arguments: object) -> int:
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def test_keys_are_made_listed_and_revoked_on_the_command_line(
    publish: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    index = publish("EMT induces IL-6")
    assert call("keys", "add", "lab", "--scope", "label", "--index", index) == 0
    text = capsys.readouterr().out.strip()
    found = KeyRing(index).find(text)
    assert found is not None
    assert found.scope is KeyScope.LABEL
    publish("EMT lowers IL-6")
    assert KeyRing(index).find(text) == found  # survives a build
    assert call("keys", "list", "--index", index) == 0
    listed = capsys.readouterr().out
    assert listed.startswith("lab  label  made ")
    assert text not in listed
    assert call("keys", "revoke", "lab", "--index", index) == 0
    assert KeyRing(index).find(text) is None
    assert call("keys", "revoke", "nobody", "--index", index) == 2
    assert call("keys", "add", "lab", "--scope", "owner", "--index", index) == 2
    assert call("keys", "add", "x", "--index", index.parent) == 1
    assert "holds no index" in capsys.readouterr().err


class TestGuard:
    def test_key_is_taken_from_either_header(self, opened: Served) -> None:
        text = KeyRing(folder_of(opened)).add("reader", KeyScope.READ)
        client = client_of(opened, require_key=True)
        for headers in (bearer(text), {"X-API-Key": text}, {**bearer(text), "X-API-Key": text}):
            answer = client.get(SEARCH, headers=headers)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "private, no-cache"

    @pytest.mark.parametrize(
        "headers",
        [
            bearer("ssk_" + "a" * 43),
            bearer(""),
            {"Authorization": "Basic dTpw"},
            {"X-API-Key": "x"},
        ],
    )
    def test_wrong_key_is_refused_even_where_none_is_needed(
        self, opened: Served, headers: dict[str, str]
    ) -> None:
        answer = client_of(opened).get(SEARCH, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json() == {"detail": "this is no key of this server"}

    def test_two_different_keys_are_refused(self, opened: Served) -> None:
        ring = KeyRing(folder_of(opened))
        one, other = ring.add("one", KeyScope.READ), ring.add("other", KeyScope.ADMIN)
        answer = client_of(opened).get(SEARCH, headers={**bearer(one), "X-API-Key": other})
        assert answer.status_code == 401

    def test_reading_needs_no_key_unless_the_setting_says_so(self, opened: Served) -> None:
        assert client_of(opened).get(SEARCH).status_code == 200
        strict = client_of(opened, require_key=True)
        for path in (SEARCH, "/", "/metrics", "/openapi.json", "/scite/tallies/10.1/x", "/no"):
            assert strict.get(path).status_code == 401, path
        assert strict.get("/health").status_code == 200
        assert strict.get("/ready").status_code == 200

    def test_clients_of_other_services_may_send_their_own_keys(self, opened: Served) -> None:
        client = client_of(opened)
        for path in ("/scite/tallies/10.5555/cited.1", "/s2/graph/v1/paper/DOI:10.5555/told"):
            for headers in (bearer("a-key-of-scite"), {"x-api-key": "a-key-of-s2"}):
                assert client.get(path, headers=headers).status_code == 200, path
        strict = client_of(opened, require_key=True)
        answer = strict.get("/s2/graph/v1/paper/DOI:10.5555/told", headers=bearer("foreign"))
        assert answer.status_code == 401
        assert answer.json()["error"] == answer.json()["message"]

    def test_revocation_holds_at_once(self, opened: Served) -> None:
        ring = KeyRing(folder_of(opened))
        text = ring.add("reader", KeyScope.READ)
        client = client_of(opened)
        assert client.get(SEARCH, headers=bearer(text)).status_code == 200
        ring.revoke("reader")
        assert client.get(SEARCH, headers=bearer(text)).status_code == 401

    @pytest.mark.parametrize("scope", [None, KeyScope.READ, KeyScope.LABEL])
    def test_changes_need_their_scope(self, opened: Served, scope: KeyScope | None) -> None:
        headers = {}
        if scope is not None:
            headers = bearer(KeyRing(folder_of(opened)).add("someone", scope))
        client = client_of(opened)
        expected = 401 if scope is None else 403
        answers = [
            client.post("/api/v1/papers", content=b"<a/>", headers=headers),
            client.delete("/api/v1/papers/10.5555/told", headers=headers),
            client.get("/api/v1/jobs/x", headers=headers),
        ]
        if scope is not KeyScope.LABEL:
            path = "/api/v1/statements/abcdefghij234567/citations/B1/type"
            answers += [
                client.get("/api/v1/corrections", headers=headers),
                client.put(path, json={"type": "supporting"}, headers=headers),
                client.delete(path, headers=headers),
            ]
        assert [answer.status_code for answer in answers] == [expected] * len(answers)
        assert all(list(answer.json()) == ["detail"] for answer in answers)

    @pytest.mark.parametrize(
        "address",
        [
            SEARCH + "&api_key=abc",
            SEARCH + "&API_KEY=abc",
            SEARCH + "&access%5Ftoken=abc",
            SEARCH + "&q=ssk_" + "a" * 43,
            SEARCH + "&q=ssk%5F" + "a" * 43,
            "/api/v1/papers/ssk_" + "a" * 43,
            "/s2/graph/v1/paper/x?x-api-key=1",
        ],
    )
    def test_key_in_an_address_is_refused_and_not_logged(
        self, opened: Served, address: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "semsearch.requests")
        answer = client_of(opened, log_queries=True).get(address)
        assert answer.status_code == 400
        assert "ends up in logs" in answer.json()["detail"]
        (record,) = (one for one in caplog.records if one.name == "semsearch.requests")
        assert "query" not in record.__dict__["semsearch_fields"]
        assert "aaa" not in str(record.__dict__["semsearch_fields"])


class TestRates:
    def test_headers_count_down_and_429_says_when_to_come_again(self, opened: Served) -> None:
        client = client_of(opened, address_requests=3)
        left = [client.get(SEARCH).headers["ratelimit-remaining"] for _ in range(3)]
        assert left == ["2", "1", "0"]
        refused = client.get(SEARCH)
        assert refused.status_code == 429
        assert list(refused.json()) == ["detail"]
        assert refused.headers["ratelimit-limit"] == "3"
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert client.get("/health").status_code == 200

    def test_keys_have_buckets_of_their_own(self, opened: Served) -> None:
        ring = KeyRing(folder_of(opened))
        one, other = ring.add("one", KeyScope.READ), ring.add("other", KeyScope.READ)
        client = client_of(opened, address_requests=1, key_requests=2)
        assert client.get(SEARCH).status_code == 200
        assert client.get(SEARCH).status_code == 429
        statuses = [client.get(SEARCH, headers=bearer(one)).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert client.get(SEARCH, headers=bearer(other)).status_code == 200

    def test_wrong_keys_count_against_their_address(self, opened: Served) -> None:
        client = client_of(opened, address_requests=2)
        statuses = [client.get(SEARCH, headers=bearer(f"no{n}")).status_code for n in range(4)]
        assert statuses == [401, 401, 429, 429]

    def test_nought_is_no_limit(self, opened: Served) -> None:
        answer = client_of(opened, address_requests=0).get(SEARCH)
        assert answer.status_code == 200
        assert "ratelimit-limit" not in answer.headers

    def test_bucket_fills_evenly(self) -> None:
        now = [0.0]
        rates = Rates(clock=lambda: now[0])
        assert [rates.take("a", 60).retry for _ in range(61)] == [None] * 60 + [1]
        now[0] = 1.0
        assert rates.take("a", 60).retry is None
        assert rates.take("a", 60).retry == 1
        now[0] = 1000.0
        assert rates.take("a", 60).remaining == 59

    def test_number_of_buckets_is_bounded_and_the_idle_go_first(self) -> None:
        rates = Rates(clock=lambda: 0.0, most=100)
        for number in range(1000):
            rates.take("busy", 10_000)
            rates.take(f"address {number}", 10)
        assert len(rates) == 100
        assert rates.take("busy", 10_000).remaining == 10_000 - 1001

    @given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 100))
    def test_never_more_than_two_minutes_worth_in_a_minute(
        self, gaps: list[float], limit: int
    ) -> None:
        now = [0.0]
        rates = Rates(clock=lambda: now[0])
        let_in: list[float] = []
        for gap in gaps:
            now[0] += gap
            for _ in range(limit):
                allowance = rates.take("a", limit)
                assert 0 <= allowance.remaining < limit
                if allowance.retry is None:
                    let_in.append(now[0])
        for start in let_in:
            assert sum(start <= one < start + 60 for one in let_in) <= 2 * limit

    @pytest.mark.parametrize(
        ("host", "name"),
        [
            ("192.0.2.7", "address:192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
            ("::ffff:192.0.2.7", "address:192.0.2.7"),
            ("testclient", "address:testclient"),
            (None, "address:unknown"),
        ],
    )
    def test_address_has_one_name(self, host: str | None, name: str) -> None:
        assert address_name(host) == name


def test_two_makers_at_a_time_lose_no_key(ring: KeyRing) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda n: ring.add(f"key{n}", KeyScope.READ), range(20)))
    assert all(ring.find(text) is not None for text in texts)
    with sqlite3.connect(ring.path) as connection:
        assert connection.execute("SELECT count(*) FROM keys").fetchone() == (20,)
    connection.close()
