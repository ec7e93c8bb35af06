"""Delivery by mail and webhook, against servers of this machine."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from semsearch.alerts import (
    Channel,
    Ledger,
    Mail,
    News,
    Webhook,
    look_at_all,
    save_question,
    save_report,
    send,
    untold,
)
from semsearch.alerts.webhook import read_secret
from semsearch.errors import DeliveryError, SettingError
from semsearch.settings import Settings
from tests.alerts.conftest import AGAINST, QUESTION, World

KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@dataclass
class Hook:
    """A server that webhooks are posted to, and what came."""

    status: int = 204
    location: str | None = None
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=y"


@contextmanager
def served(hook: Hook, tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/hook?x=y"
            hook.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(hook.status)
            if hook.location is not None:
                self.send_header("Location", hook.location)
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:  # each connection shakes hands in its own thread
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with served(Hook()) as made:
        yield made


def posting(url: str, **others: Any) -> Settings:
    given = {"webhook_secret": SecretStr(SECRET), "webhook_private": True, **others}
    return Settings(webhook_url=SecretStr(url), **given)


def test_webhook_is_signed_json_with_the_id_of_the_news(
    news: News, ledger: Ledger, hook: Hook
) -> None:
    sent = send(ledger, Channel.WEBHOOK, Webhook(posting(hook.url), clock=lambda: 1234.5))
    assert [one.news for one in sent.delivered] == [news]
    ((headers, body),) = hook.came
    assert headers["host"] == f"127.0.0.1:{hook.port}"
    assert headers["content-type"] == "application/json"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (news.id, "1234")
    signed = b".".join([news.id.encode(), b"1234", body])
    expected = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    data = orjson.loads(body)["data"]
    assert data["search"]["query"] == QUESTION
    assert data["news"]["changes"]["new"][0]["says"] == "opposes"
    assert data["headline"].startswith("verdict now mixed")


def test_signature_fits_one_made_elsewhere() -> None:
    """Worked out with ``openssl dgst -sha256 -mac HMAC``."""
    from semsearch.alerts.webhook import sign

    assert sign(KEY, "id", 1, b"{}") == "v1,8vc65NU7V7cqazV0GzXQNuYhukTMlsNT0Rff4/22pCA="


def test_delivered_news_is_not_delivered_again(news: News, ledger: Ledger, hook: Hook) -> None:
    for _ in range(2):
        send(ledger, Channel.WEBHOOK, Webhook(posting(hook.url)))
    assert len(hook.came) == 1
    assert untold(ledger, Channel.MAIL)  # another channel


@pytest.mark.parametrize("status", [301, 302, 307, 400, 410, 500, 503])
def test_failed_delivery_is_told_again(news: News, ledger: Ledger, hook: Hook, status: int) -> None:
    hook.status, hook.location = status, hook.url
    sent = send(ledger, Channel.WEBHOOK, Webhook(posting(hook.url)))
    assert sent.delivered == ()
    assert str(status) in sent.failures[0].error
    assert len(hook.came) == 1  # no redirect was followed
    hook.status = 200
    sent = send(ledger, Channel.WEBHOOK, Webhook(posting(hook.url)))
    assert [one.news.id for one in sent.delivered] == [news.id]
    assert hook.came[0][0]["webhook-id"] == hook.came[1][0]["webhook-id"]


def test_delivery_that_was_not_written_down_is_repeated(
    news: News, ledger: Ledger, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "delivered", killed)
        with pytest.raises(KeyboardInterrupt):
            send(ledger, Channel.WEBHOOK, Webhook(posting(hook.url)))
    send(ledger, Channel.WEBHOOK, Webhook(posting(hook.url)))
    assert [headers["webhook-id"] for headers, _ in hook.came] == [news.id, news.id]


def test_later_news_of_a_search_waits_and_other_searches_go_on(
    world: World, ledger: Ledger
) -> None:
    class Choosy:
        def __init__(self) -> None:
            self.taken: list[str] = []

        def deliver(self, search: Any, news: News) -> None:
            if search.name == "bad":
                raise DeliveryError("no")
            self.taken.append(search.name)

    save_question(world.publish(), ledger, QUESTION, name="bad")
    save_report(world.open(), ledger, "10.5555/cited.1", name="good")
    for name in ("two", "three"):
        world.say(name, AGAINST)
        look_at_all(world.publish(), ledger)
    sender = Choosy()
    sent = send(ledger, Channel.WEBHOOK, sender)
    assert sender.taken == ["good", "good"]
    assert [one.name for one in sent.failures] == ["bad"]
    assert [one.search.name for one in untold(ledger, Channel.WEBHOOK)] == ["bad", "bad"]


def test_private_address_is_refused_before_anything_is_sent(
    news: News, ledger: Ledger, hook: Hook
) -> None:
    for url in (hook.url, f"http://localhost:{hook.port}/", f"http://2130706433:{hook.port}/"):
        sent = send(ledger, Channel.WEBHOOK, Webhook(posting(url, webhook_private=False)))
        assert "not of the public internet" in sent.failures[0].error
    assert hook.came == []


def test_connection_is_made_to_the_address_that_was_checked(
    news: News, ledger: Ledger, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to a public address once and to this machine later gains nothing."""
    asked: list[str] = []
    connected: list[Any] = []
    real = socket.create_connection

    def resolved(host: str, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("8.8.8.8", 80))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        connected.append(address)
        monkeypatch.undo()
        return real(("127.0.0.1", hook.port))

    monkeypatch.setattr("socket.getaddrinfo", resolved)
    monkeypatch.setattr("socket.create_connection", connect)
    url = hook.url.replace("127.0.0.1", "rebound.example")
    send(ledger, Channel.WEBHOOK, Webhook(posting(url, webhook_private=False)))
    assert asked == ["rebound.example"]
    assert connected == [("8.8.8.8", hook.port)]
    assert hook.came[0][0]["host"] == f"rebound.example:{hook.port}"


def test_answer_that_drips_is_cut_at_the_deadline(news: News, ledger: Ledger) -> None:
    """Each piece comes in time for a time limit of the socket; the whole would never end."""
    done = threading.Event()

    def drip(listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client:
            try:
                client.recv(65536)
                client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not done.wait(0.02):
                    client.sendall(b"x")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        sent = send(ledger, Channel.WEBHOOK, Webhook(posting(url, delivery_seconds=0.3)))
        done.set()
        thread.join()
    assert "no answer within 0.3 s" in sent.failures[0].error


def test_no_server_and_no_http_are_failures(news: News, ledger: Ledger) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/"):
        sent = send(ledger, Channel.WEBHOOK, Webhook(posting(url)))
        assert "the webhook at 127.0.0.1 failed" in sent.failures[0].error


def test_https_is_not_spoken_to_a_server_without_it(news: News, ledger: Ledger, hook: Hook) -> None:
    url = hook.url.replace("http://", "https://")
    sent = send(ledger, Channel.WEBHOOK, Webhook(posting(url)))
    assert "failed" in sent.failures[0].error
    assert hook.came == []


@pytest.mark.parametrize("secret", ["", "x", "whsec_", "whsec_!", "whsec_YWJj", SECRET[6:]])
def test_bad_secret_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(SettingError, match="SEMSEARCH_WEBHOOK_SECRET") as error:
        read_secret(secret)
    assert len(secret) < 8 or secret not in str(error.value)


def test_secrets_are_neither_in_settings_as_text_nor_in_messages(
    news: News, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    limits = posting("http://127.0.0.1:9/token-of-the-path", smtp_password=SecretStr("hidden"))
    sent = send(ledger, Channel.WEBHOOK, Webhook(limits))
    told = f"{limits!r}{limits.model_dump_json()}{sent}{caplog.text}"
    for secret in (SECRET[6:], "token-of-the-path", "hidden"):
        assert secret not in told


@dataclass
class Box:
    """A mail server that keeps what comes."""

    came: list[Any] = field(default_factory=list)
    refuse: str | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse is not None:
            return self.refuse
        self.came.append(envelope)
        return "250 taken"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        authenticator=lambda *_: AuthResult(success=True),
    )
    controller.start()
    yield box, port
    controller.stop()


def mailing(port: int, **others: Any) -> Settings:
    given: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
        "mail_from": "Search <search@example.org>",
        "mail_to": "a@example.org, B <b@example.org>",
        **others,
    }
    return Settings(**given)


def test_mail_holds_the_news_and_no_header_of_a_paper(
    news: News, ledger: Ledger, box: tuple[Box, int]
) -> None:
    kept, port = box
    limits = mailing(port, public_url="https://search.example.org/")
    sent = send(ledger, Channel.MAIL, Mail(limits))
    assert sent.failures == ()
    (envelope,) = kept.came
    assert envelope.rcpt_tos == ["a@example.org", "b@example.org"]
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert message["Subject"].startswith("Mine: ünï: verdict now mixed (was probably), the first")
    assert message["Message-ID"] == f"<{news.id}@example.org>"
    assert message["From"] == "Search <search@example.org>"
    assert message["Bcc"] is None
    assert message.get_content_type() == "text/plain"
    text = message.get_content()
    assert "EMT does not induce IL-6" in text
    assert "<script>" in text  # plain text says it as it is
    statement = news.changes.new[0].id
    assert f"https://search.example.org/api/v1/statements/{statement}" in text
    assert "https://doi.org/10.5555/two" in text
    assert untold(ledger, Channel.MAIL) == []


def test_hostile_name_of_a_search_stays_in_the_subject(
    world: World, ledger: Ledger, box: tuple[Box, int]
) -> None:
    kept, port = box
    save_question(world.publish(), ledger, QUESTION, name="x\r\nBcc: evil@example.org")
    world.say("two", AGAINST)
    look_at_all(world.publish(), ledger)
    send(ledger, Channel.MAIL, Mail(mailing(port)))
    message = email.message_from_bytes(kept.came[0].content, policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["Subject"].startswith("x Bcc: evil@example.org: verdict")


def test_refused_mail_is_sent_again(news: News, ledger: Ledger, box: tuple[Box, int]) -> None:
    kept, port = box
    kept.refuse = "451 try later"
    sent = send(ledger, Channel.MAIL, Mail(mailing(port)))
    assert "451 try later" in sent.failures[0].error
    kept.refuse = None
    assert len(send(ledger, Channel.MAIL, Mail(mailing(port))).delivered) == 1
    assert len(kept.came) == 1


def test_password_waits_for_encryption(news: News, ledger: Ledger, box: tuple[Box, int]) -> None:
    kept, port = box
    login = {"smtp_user": "me", "smtp_password": SecretStr("hidden")}
    sent = send(ledger, Channel.MAIL, Mail(mailing(port, smtp_security="starttls", **login)))
    assert "STARTTLS" in sent.failures[0].error  # the server has none: nothing was sent
    sent = send(ledger, Channel.MAIL, Mail(mailing(port, smtp_security="tls", **login)))
    assert sent.failures
    assert kept.came == []
    with pytest.raises(SettingError, match="without encryption"):
        Mail(mailing(port, **login))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"smtp_host": None}, "SEMSEARCH_SMTP_HOST"),
        ({"mail_to": None}, "SEMSEARCH_MAIL_TO"),
        ({"mail_to": "nobody"}, "SEMSEARCH_MAIL_TO"),
        ({"mail_from": "a@example.org\r\nBcc: b@example.org"}, "SEMSEARCH_MAIL_FROM"),
        ({"smtp_user": "me"}, "go together"),
    ],
)
def test_missing_or_wrong_settings_of_mail_are_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        Mail(mailing(25, **wrong))


def test_missing_settings_of_the_webhook_are_named() -> None:
    with pytest.raises(SettingError, match="SEMSEARCH_WEBHOOK_URL"):
        Webhook(Settings())


@pytest.mark.parametrize("url", ["ftp://example.org/token", "http://me:token@example.org/"])
def test_wrong_url_of_the_webhook_is_named_without_being_told(url: str) -> None:
    with pytest.raises(SettingError, match="SEMSEARCH_WEBHOOK_URL") as error:
        Webhook(posting(url))
    assert "token" not in str(error.value)
