"""A webhook goes to public addresses only, and to the very address that was looked at."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable

import httpcore
import pytest

from leadlight.server.outgoing.guard import (
    Deadline,
    ForbiddenAddressError,
    GuardedNetwork,
    is_allowed,
)

FORBIDDEN = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "100::1",
    "5f00::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::",
    "64:ff9b::7f00:1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::a00:1",
    "2001:0:7f00:1:0:0:f5ff:fffe",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "not-an-address",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "2002:808:808::",
    "64:ff9b::8.8.8.8",
]
PRIVATE = ("127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd12:3456::1", "::ffff:127.0.0.1")
NEVER = ("169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "224.0.0.1", "0.0.0.0", "::")


class Network(httpcore.NetworkBackend):
    """Notes where a connection is made to, and makes none."""

    def __init__(self, *dead: str) -> None:
        self.tried: list[str] = []
        self.dead = dead

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[object] | None = None,
    ) -> httpcore.NetworkStream:
        self.tried.append(f"{host}:{port}")
        if host in self.dead:
            raise httpcore.ConnectError
        return httpcore.MockStream([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"])


@pytest.mark.parametrize("address", FORBIDDEN)
def test_no_webhook_goes_to_the_own_network(address: str) -> None:
    """http://169.254.169.254/latest/meta-data, in all the ways in which it can be written"""
    assert not is_allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_webhook_goes_to_the_world(address: str) -> None:
    """A public address, and one of version 6 that stands for a public one"""
    assert is_allowed(address)


def test_whoever_allows_the_own_network_does_not_allow_a_clouds_metadata() -> None:
    """`--allow-private`: a CRM in the same network is told; the cloud's passwords stay where they are"""
    assert all(is_allowed(a, allow_private=True) for a in (*PRIVATE, *PUBLIC))
    assert not any(is_allowed(a, allow_private=True) for a in NEVER)


def test_one_forbidden_address_forbids_the_name() -> None:
    """A name with a public address and a private one: the order in which they come is its owner's"""
    network = Network()
    guarded = GuardedNetwork(
        Deadline(), resolve=lambda *_: ["8.8.8.8", "10.0.0.1"], network=network
    )
    with pytest.raises(ForbiddenAddressError):
        guarded.connect_tcp("both.example", 443)
    assert network.tried == []


def test_a_name_that_answers_otherwise_a_moment_later_leads_nowhere_else() -> None:
    """
    first question   rebind.example is 8.8.8.8, and may be told
    second question  rebind.example is 127.0.0.1
    """
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    network = Network()
    guarded = GuardedNetwork(Deadline(), resolve=lambda *_: next(answers), network=network)
    with httpcore.ConnectionPool(network_backend=guarded, max_connections=1) as pool:
        assert pool.request("POST", "http://rebind.example/hook").status == 200
        assert network.tried == ["8.8.8.8:80"]
        with pytest.raises(ForbiddenAddressError):
            guarded.connect_tcp("rebind.example", 80)
    assert network.tried == ["8.8.8.8:80"]


def test_the_next_address_of_a_name_is_tried() -> None:
    """The first of two addresses does not answer"""
    network = Network("8.8.8.8")
    guarded = GuardedNetwork(Deadline(), resolve=lambda *_: ["8.8.8.8", "1.1.1.1"], network=network)
    guarded.connect_tcp("two.example", 443)
    assert network.tried == ["8.8.8.8:443", "1.1.1.1:443"]


def test_the_name_stays_for_the_certificate() -> None:
    """The connection goes to 8.8.8.8; what is asked for a certificate is crm.example"""
    asked: list[str | None] = []

    class Stream(httpcore.MockStream):
        def start_tls(
            self,
            ssl_context: ssl.SSLContext,
            server_hostname: str | None = None,
            timeout: float | None = None,
        ) -> httpcore.NetworkStream:
            asked.append(server_hostname)
            return self

    class Secure(Network):
        def connect_tcp(self, host: str, port: int, *rest: object, **_: object) -> Stream:
            self.tried.append(f"{host}:{port}")
            return Stream([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"])

    network = Secure()
    guarded = GuardedNetwork(Deadline(), resolve=lambda *_: ["8.8.8.8"], network=network)
    with httpcore.ConnectionPool(network_backend=guarded) as pool:
        pool.request("POST", "https://crm.example/hook")
    assert (network.tried, asked) == (["8.8.8.8:443"], ["crm.example"])


def test_no_name_no_connection() -> None:
    """A name that nobody knows is no fault of ours"""

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(httpcore.ConnectError):
        GuardedNetwork(Deadline(), resolve=unknown).connect_tcp("gone.example", 443)


def test_whoever_drips_is_cut_off() -> None:
    """An endpoint that sends a byte now and then keeps no thread for ever"""
    deadline = Deadline(time.monotonic() + 60)
    assert deadline.shorten(15) == 15
    assert 59 < deadline.shorten(None) <= 60
    deadline.at = time.monotonic() - 1
    with pytest.raises(httpcore.TimeoutException):
        deadline.shorten(15)
