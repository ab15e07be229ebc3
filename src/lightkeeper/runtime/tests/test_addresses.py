"""Where requests may go: no way to write an address, and no answer of a resolver, leads inside."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.runtime.addresses import NotResolved, OutboundRefused, check, is_public

PUBLIC = "93.184.215.14"
PRIVATE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",  # noqa: S104
    "192.168.1.1",
    "100.64.0.1", "169.254.169.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "100::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",  # IPv4 in IPv6
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",  # NAT64
    "2002:7f00:1::", "2002:a00:1::1",  # 6to4
    "2001:0:5ef5:79fb:0:0:80ff:fffe",  # Teredo, to 127.0.0.1
    "::7f00:1", "::10.0.0.1",  # the old way
    "fec0::1", "feff::1", "3fff::1", "192.88.99.1",  # retired, or for documents
    "fe80::1%eth0", "", "localhost", "1.2.3",
]  # fmt: skip


def resolving(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let every name resolve to these addresses."""

    def getaddrinfo(host: str, port: int, **_: object) -> list[object]:
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(families[ipaddress.ip_address(one).version], socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_public_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_never_more_public_than_by_itself(address: ipaddress.IPv4Address) -> None:
    if not is_public(str(address)):
        number = int(address)
        assert not is_public(f"::ffff:{address}")
        assert not is_public(str(ipaddress.IPv6Address((0x64FF9B << 96) | number)))
        assert not is_public(str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))))


@pytest.mark.parametrize(
    "host",
    [
        "2130706433", "0x7f000001", "0177.0.0.1", "017700000001", "0x7f.1", "127.1", "127.0.1", "0", "[::1]",
        "[::ffff:7f00:1]", "127.0.0.1", "127.0.0.1.", "localhost", "LOCALHOST",
    ],
)  # fmt: skip
def test_every_way_to_write_loopback_is_refused(host: str) -> None:
    with pytest.raises((OutboundRefused, NotResolved)):
        check(f"https://{host}/", allow=())


@pytest.mark.parametrize("found", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1", PUBLIC], [PUBLIC, "::ffff:10.0.0.1"]])
def test_a_name_with_a_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    resolving(monkeypatch, *found)
    with pytest.raises(OutboundRefused, match="private"):
        check("https://platform.example/hook", allow=())


def test_a_public_name_is_resolved_once_and_its_addresses_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, PUBLIC, PUBLIC, "2606:4700:4700::1111")
    target = check("https://Platform.example:8443/hook?a=1#part", allow=())
    assert target.addresses == (PUBLIC, "2606:4700:4700::1111")
    assert (target.secure, target.host, target.port, target.path) == (True, "platform.example", 8443, "/hook?a=1")
    assert target.authority == "platform.example:8443"


@pytest.mark.parametrize("allow", [["platform.example"], ["platform.example:80"]])
def test_a_host_that_is_allowed_by_name_may_be_private_and_without_tls(
    monkeypatch: pytest.MonkeyPatch, allow: list[str]
) -> None:
    resolving(monkeypatch, "10.0.0.1")
    assert check("http://platform.example/hook", allow=allow).addresses == ("10.0.0.1",)
    for other in ("http://other.example/", "https://platform.example.other.example/"):
        with pytest.raises(OutboundRefused):
            check(other, allow=allow)


def test_a_port_that_is_allowed_allows_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "::1")
    assert check("http://[::1]:8080/", allow=["[::1]:8080"]).authority == "[::1]:8080"
    with pytest.raises(OutboundRefused):
        check("https://[::1]:8081/", allow=["[::1]:8080"])


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.example/", "ftp://platform.example/", "file:///etc/passwd", "//platform.example/", "platform",
        "https://", "https:///path", "https://user@platform.example/", "https://user:word@platform.example/",
        "https://platform.example:0/", "https://platform.example:99999/", "https://platform.example:x/",
        "https://plat form.example/", "https://platform.example/\r\nX: y", "https://platform.example\\@10.0.0.1/",
        "https://[::1%25eth0]/", "https://[::1", "https://plätform.example/", "https://%31%30.0.0.1/", "",
        "https://-/", "https://a\x00b/",
    ],
)  # fmt: skip
def test_addresses_that_parsers_could_read_differently_are_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    resolving(monkeypatch, PUBLIC)
    with pytest.raises(OutboundRefused):
        check(url, allow=())


@given(st.text(max_size=60))
def test_whatever_is_given_is_checked_or_refused(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        resolving(patch, "127.0.0.1")
        for url in (text, f"https://{text}", f"https://platform.example/{text}"):
            with pytest.raises(OutboundRefused):
                check(url, allow=())
