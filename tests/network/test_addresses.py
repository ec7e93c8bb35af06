"""What is asked is of the public internet alone, whatever its address is written like."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import AddressError, UnknownHostError
from semsearch.network.addresses import is_public, read_url, resolve


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "localhost",
        "0.0.0.0",  # noqa: S104 - must be refused
        "0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "2852039166",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::10.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12::1]",
        "[ff02::1]",
    ],
)
def test_address_that_is_not_public_is_refused(host: str) -> None:
    with pytest.raises(AddressError, match="not of the public internet"):
        resolve(read_url(f"http://{host}/hook"), private=False)


@pytest.mark.parametrize("host", ["8.8.8.8", "134744072", "[2606:4700:4700::1111]"])
def test_public_address_is_taken(host: str) -> None:
    assert len(resolve(read_url(f"http://{host}/"), private=False)) == 1


def test_private_address_is_taken_where_it_is_allowed() -> None:
    assert resolve(read_url("http://127.0.0.1/"), private=True) == ["127.0.0.1"]


def test_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(AddressError, match=r"10\.0\.0\.1"):
        resolve(read_url("http://two.example/"), private=False)


@given(st.integers(0, 2**32 - 1))
def test_ipv6_address_is_public_only_if_the_ipv4_address_inside_it_is(number: int) -> None:
    inner = ipaddress.IPv4Address(number)
    for prefix in (0xFFFF << 32, 0x64FF9B << 96, 0):
        assert is_public(ipaddress.IPv6Address(prefix | number)) <= is_public(inner)
    assert is_public(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))) <= is_public(inner)


@given(st.ip_addresses(v=4))
def test_public_ipv4_address_is_global_and_for_one_receiver(
    address: ipaddress.IPv4Address,
) -> None:
    assert is_public(address) == (address.is_global and not address.is_multicast)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/hook",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://",
        "http:///hook",
        "http://user:token@example.org/",
        "http://example.org:99999/",
        "http://[::1/",
        "http://example.org/\r\nX: y",
        "http://example.org/a b",
        "http://exämple.org/",
    ],
)
def test_other_urls_are_refused_without_being_told(url: str) -> None:
    with pytest.raises(AddressError, match=r"the URL .*, expected http://") as error:
        read_url(url)
    assert "token" not in str(error.value)


def test_url_is_read_with_its_port_path_and_query() -> None:
    found = read_url("https://example.org/a/b?c=d#e")
    assert (found.host, found.port, found.target) == ("example.org", 443, "/a/b?c=d")
    assert read_url("http://example.org:8080").target == "/"
    assert read_url("http://example.org:8080").port == 8080


def test_name_that_is_not_known_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(UnknownHostError, match=r"nowhere\.example cannot be resolved"):
        resolve(read_url("http://nowhere.example/"), private=True)
