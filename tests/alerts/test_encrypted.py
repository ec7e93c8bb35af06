"""Mail and webhooks over TLS: what arrives, and which certificates are believed."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from pydantic import SecretStr

from semsearch.alerts import Channel, Ledger, Mail, Webhook, send, untold
from tests.alerts.test_sending import Hook, mailing, posting, served

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
#: How a certificate is made out of an authority, and whether it is to be believed.
Make = Callable[[trustme.CA], trustme.LeafCert]
WRONG: dict[str, Make] = {
    "of nobody that is known": lambda _: trustme.CA().issue_cert("localhost", "127.0.0.1"),
    "of another host": lambda ca: ca.issue_cert("elsewhere.example"),
    "of yesterday": lambda ca: ca.issue_cert("localhost", "127.0.0.1", not_after=YESTERDAY),
}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The only one that this machine believes."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    return made


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(made)
    return made


@dataclass
class Box:
    """A mail server that keeps what comes, how it came, and who said to be whom."""

    came: list[tuple[str, bool]] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.came.append((envelope.content.decode(), session.ssl is not None or server._over_ssl))
        return "250 taken"

    def login(self, server: Any, session: Any, envelope: Any, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"hidden", handled=False)


@contextmanager
def mail_server(security: str, certificate: trustme.LeafCert) -> Iterator[Box]:
    box = Box()
    how: dict[str, Any] = {"authenticator": box.login, "auth_require_tls": security == "starttls"}
    if security == "starttls":
        how |= {"tls_context": context(certificate), "require_starttls": True}
    else:
        how |= {"ssl_context": context(certificate)}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        box.port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **how)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def sealed(port: int, security: str, password: str) -> Mail:
    return Mail(
        mailing(port, smtp_security=security, smtp_user="me", smtp_password=SecretStr(password))
    )


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_with_a_password(
    news: Any, ledger: Ledger, authority: trustme.CA, security: str
) -> None:
    with mail_server(security, authority.issue_cert("127.0.0.1")) as box:
        sent = send(ledger, Channel.MAIL, sealed(box.port, security, "hidden"))
    assert sent.failures == ()
    assert [one.news for one in sent.delivered] == [news]
    ((message, encrypted),) = box.came
    assert encrypted
    assert "EMT does not induce IL-6" in message
    assert box.logins == [(b"me", b"hidden")]
    assert untold(ledger, Channel.MAIL) == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_password_is_a_failure_that_does_not_tell_it(
    news: Any, ledger: Ledger, authority: trustme.CA, security: str
) -> None:
    with mail_server(security, authority.issue_cert("127.0.0.1")) as box:
        sent = send(ledger, Channel.MAIL, sealed(box.port, security, "s3cret-and-wrong"))
    (failure,) = sent.failures
    assert "535" in failure.error
    assert "s3cret" not in failure.error
    assert box.came == []
    assert len(untold(ledger, Channel.MAIL)) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", WRONG)
def test_no_password_and_no_mail_goes_to_a_server_whose_certificate_is(
    news: Any, ledger: Ledger, authority: trustme.CA, wrong: str, security: str
) -> None:
    with mail_server(security, WRONG[wrong](authority)) as box:
        sent = send(ledger, Channel.MAIL, sealed(box.port, security, "hidden"))
    assert "certificate" in sent.failures[0].error.casefold()
    assert (box.logins, box.came) == ([], [])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_webhook_goes_over_https(
    news: Any, ledger: Ledger, authority: trustme.CA, host: str
) -> None:
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    with served(Hook(), context(certificate)) as hook:
        url = f"https://{host}:{hook.port}/hook?x=y"
        sent = send(ledger, Channel.WEBHOOK, Webhook(posting(url)))
    assert sent.failures == ()
    ((headers, body),) = hook.came
    assert headers["host"] == f"{host}:{hook.port}"
    assert headers["webhook-id"] == news.id
    assert orjson.loads(body)["data"]["news"]["id"] == news.id


@pytest.mark.parametrize("wrong", WRONG)
def test_a_webhook_is_not_sent_to_a_server_whose_certificate_is(
    news: Any, ledger: Ledger, authority: trustme.CA, wrong: str
) -> None:
    with served(Hook(), context(WRONG[wrong](authority))) as hook:
        url = f"https://localhost:{hook.port}/hook?x=y"
        sent = send(ledger, Channel.WEBHOOK, Webhook(posting(url)))
    assert "certificate" in sent.failures[0].error.casefold()
    assert hook.came == []


def test_a_private_address_is_refused_over_https_too(
    news: Any, ledger: Ledger, authority: trustme.CA
) -> None:
    with served(Hook(), context(authority.issue_cert("localhost"))) as hook:
        url = f"https://localhost:{hook.port}/hook?x=y"
        sent = send(ledger, Channel.WEBHOOK, Webhook(posting(url, webhook_private=False)))
    assert "not of the public internet" in sent.failures[0].error
    assert hook.came == []
