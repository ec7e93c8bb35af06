"""What a client does with answers that are late, cut, too long, elsewhere or senseless."""

from __future__ import annotations

import socket
import threading
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from semsearch.errors import FetchError, RefusedError, SettingError, UnansweredError
from semsearch.fetch.client import Client
from semsearch.settings import Settings
from tests.fetch.conftest import FakeClock, Reply, Services

PATH = "/pmc/thing"


@pytest.fixture
def client(limits: Settings, clock: FakeClock) -> Client:
    return Client(limits, clock=clock)


def text(body: bytes) -> str:
    if body.startswith(b"!"):
        raise ValueError("it begins with an exclamation mark")
    return body.decode()


def ask(client: Client, services: Services, *faults: Reply, body: bytes = b"right") -> str:
    services.objects["thing"] = body
    services.faults[PATH] = list(faults)
    return client.get(services.url + PATH, text)


def test_requests_are_kept_apart_and_name_the_contact(
    client: Client, services: Services, clock: FakeClock
) -> None:
    for _ in range(3):
        assert ask(client, services) == "right"
    assert clock.waits == [0.02, 0.02]
    agent = services.headers[0]["user-agent"]
    assert agent.startswith("semsearch/")
    assert agent.endswith("(mailto:me@example.org)")
    assert services.headers[0]["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_status_that_may_pass_is_asked_again_after_longer_and_longer(
    client: Client, services: Services, clock: FakeClock, status: int
) -> None:
    assert ask(client, services, *[Reply(b"", status)] * 4) == "right"
    assert clock.long_waits == [1, 2, 4, 8]


def test_retry_after_is_kept_to_in_seconds_and_as_a_date(
    client: Client, services: Services, clock: FakeClock
) -> None:
    date = formatdate(clock.time + 7 + 30, usegmt=True)
    faults = [
        Reply(b"", 429, {"Retry-After": "7"}),
        Reply(b"", 503, {"Retry-After": date}),
        Reply(b"", 429, {"Retry-After": "soon"}),
    ]
    assert ask(client, services, *faults) == "right"
    assert clock.long_waits == [7, 30, 4]


def test_service_that_asks_for_too_long_is_left_alone(
    client: Client, services: Services, clock: FakeClock
) -> None:
    with pytest.raises(UnansweredError, match=r"left alone for 3,600 s \(status 429\)"):
        ask(client, services, Reply(b"", 429, {"Retry-After": "3600"}))
    with pytest.raises(UnansweredError, match="fetch_wait_seconds"):
        ask(client, services)
    assert len(services.asked) == 1
    assert clock.waits == []
    clock.time += 3600
    assert ask(client, services) == "right"


def test_service_that_never_answers_is_given_up(client: Client, services: Services) -> None:
    with pytest.raises(UnansweredError, match="no usable answer in 5 attempts: status 503"):
        ask(client, services, *[Reply(b"", 503)] * 9)
    assert len(services.asked) == 5


@pytest.mark.parametrize("status", [401, 403, 407])
def test_service_that_shuts_one_out_may_open_later(
    client: Client, services: Services, status: int
) -> None:
    with pytest.raises(UnansweredError, match=f"status {status}"):
        ask(client, services, Reply(b"", status))
    assert len(services.asked) == 1


def test_waits_grow_to_the_longest_that_is_allowed(
    limits: Settings, services: Services, clock: FakeClock
) -> None:
    patient = limits.model_copy(update={"fetch_attempts": 7, "fetch_wait_seconds": 10})
    assert ask(Client(patient, clock=clock), services, *[Reply(b"", 500)] * 6) == "right"
    assert clock.long_waits == [1, 2, 4, 8, 10, 10]


@pytest.mark.parametrize("name", ["europepmc_url", "pmc_url", "crossref_url", "opencitations_url"])
def test_address_that_is_none_is_named_by_its_setting(limits: Settings, name: str) -> None:
    with pytest.raises(SettingError, match=f"SEMSEARCH_{name.upper()} has another scheme"):
        Client(limits.model_copy(update={name: "example.org"}))


@pytest.mark.parametrize("status", [400, 404, 410, 204, 206, 304])
def test_other_status_is_refused_at_once(client: Client, services: Services, status: int) -> None:
    with pytest.raises(RefusedError, match=f"status {status}") as error:
        ask(client, services, Reply(b"", status))
    assert error.value.status == status
    assert len(services.asked) == 1


@pytest.mark.parametrize(
    "cut",
    [
        Reply(b"0123456789", sent=4),
        Reply(b"0123456789", length="4000"),
        Reply(b"0123456789", length="many"),
        Reply(b"0123456789", length="-3"),
        Reply(b"0123456789", chunked=True, sent=4),
        Reply(b"!", length=""),
    ],
)
def test_body_that_is_cut_or_of_another_length_is_asked_for_again(
    client: Client, services: Services, cut: Reply
) -> None:
    assert ask(client, services, cut) == "right"
    assert len(services.asked) == 2


def test_body_without_a_length_and_in_chunks_is_taken(client: Client, services: Services) -> None:
    assert ask(client, services, Reply(b"plain", length="")) == "plain"
    assert ask(client, services, Reply(b"in chunks", chunked=True)) == "in chunks"


def test_senseless_body_that_is_whole_is_not_asked_for_again(
    client: Client, services: Services
) -> None:
    with pytest.raises(UnansweredError, match="begins with an exclamation mark"):
        ask(client, services, body=b"!")
    assert len(services.asked) == 1


def test_body_in_an_encoding_that_was_not_asked_for_is_refused(
    client: Client, services: Services
) -> None:
    with pytest.raises(RefusedError, match="'gzip', which was not asked for"):
        ask(client, services, Reply(b"x", headers={"Content-Encoding": "gzip"}))


def test_redirect_within_the_origin_is_followed(client: Client, services: Services) -> None:
    services.objects["other"] = b"moved"
    for location in ("/pmc/other", f"{services.url}/pmc/other", "other"):
        assert ask(client, services, Reply(b"", 302, {"Location": location})) == "moved"


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:1/",
        "http://127.0.0.1:1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user:password@example.org/",
        "//127.0.0.1:1/",
    ],
)
def test_redirect_to_a_private_address_is_refused(
    client: Client, services: Services, location: str
) -> None:
    with pytest.raises(RefusedError, match=r"not of the public internet|the URL of a redirect"):
        ask(client, services, Reply(b"", 307, {"Location": location}))
    assert len(services.asked) == 1


def test_redirect_to_a_name_of_a_private_address_is_refused(
    client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def resolved(host: str, *arguments: Any, **named: Any) -> Any:
        name = "127.0.0.1" if host == "inside.example" else host
        return real(name, *arguments, **named)

    monkeypatch.setattr("socket.getaddrinfo", resolved)
    location = services.url.replace("127.0.0.1", "inside.example")
    with pytest.raises(RefusedError, match=r"inside\.example has the address 127\.0\.0\.1"):
        ask(client, services, Reply(b"", 301, {"Location": location}))


def test_redirects_in_a_circle_and_without_a_place_are_refused(
    client: Client, services: Services
) -> None:
    with pytest.raises(RefusedError, match="more than 5 redirects"):
        ask(client, services, *[Reply(b"", 302, {"Location": PATH})] * 9)
    with pytest.raises(RefusedError, match="without a Location"):
        ask(client, services, Reply(b"", 302))


def test_https_does_not_become_http(
    limits: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(limits, clock=clock)
    monkeypatch.setattr(client, "_hop", lambda *_: "http://example.org/")
    with pytest.raises(RefusedError, match="from https to another scheme"):
        client.get("https://example.org/", text)


def test_name_that_is_not_known_may_be_known_later(
    client: Client, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    failures = iter([OSError("try again")])

    def resolved(*arguments: Any, **named: Any) -> Any:
        for failure in failures:
            raise failure
        return real(*arguments, **named)

    monkeypatch.setattr("socket.getaddrinfo", resolved)
    assert ask(client, services) == "right"


def test_file_is_there_whole_or_not_at_all(
    limits: Settings, clock: FakeClock, services: Services, tmp_path: Path
) -> None:
    client = Client(limits, clock=clock)
    services.objects["thing"] = b"0123456789"
    path = tmp_path / "thing"
    ready: list[bool] = []

    def save(max_bytes: int = 100, fault: str | None = None, md5: str | None = None) -> int:
        return client.save(
            services.url + PATH,
            path,
            max_bytes=max_bytes,
            check=lambda _: fault,
            ready=lambda _: ready.append(path.exists()),
            md5=md5,
        ).bytes

    for wrong in ({"max_bytes": 9}, {"fault": "is wrong"}, {"md5": "0" * 32}):
        with pytest.raises(FetchError):
            save(**wrong)
        assert list(tmp_path.iterdir()) == []
    services.faults[PATH] = [Reply(b"0123456789012", length="")]
    with pytest.raises(RefusedError, match="over the limit of 12 bytes"):
        save(max_bytes=12)
    assert ready == []
    assert save(md5="781e5e245d69b566979b86e28d23f2c7") == 10
    assert (ready, path.read_bytes()) == ([False], b"0123456789")
    assert list(tmp_path.iterdir()) == [path]


def test_answer_that_drips_is_cut_at_the_deadline(limits: Settings, clock: FakeClock) -> None:
    done = threading.Event()

    def drip(listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client:
            try:
                client.recv(65536)
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                while not done.wait(0.02):
                    client.sendall(b"x")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        quick = limits.model_copy(update={"fetch_seconds": 0.3, "fetch_attempts": 1})
        with pytest.raises(UnansweredError, match=r"no answer within 0\.3 s"):
            Client(quick, clock=clock).get(f"http://127.0.0.1:{listener.getsockname()[1]}/", text)
        done.set()
        thread.join()
