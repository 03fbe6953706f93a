"""Where a webhook may go: to public addresses only, and to the very address that was looked at.

A name is resolved once, each of its addresses is checked, and the connection is made to one of
those; so a name that answers otherwise a moment later leads nowhere else. The name stays what it
was for TLS and for the receiver.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import httpcore

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Finds the addresses of a host.
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")
#: What Python calls global in some versions, and is not.
_NEVER_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("240.0.0.0/4", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16"),
        *("fc00::/7", "fe80::/10", "fec0::/10"),
    )
)
#: Where clouds tell a machine about itself, its passwords included.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        *("169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200"),
        *("168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"),
    )
)


class ForbiddenAddressError(Exception):
    """A webhook may not go there."""


def system_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, as this computer finds them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_allowed(text: str, *, allow_private: bool = False) -> bool:
    """Whether a webhook may go to an address. With `allow_private` it may be one of the own
    network; metadata of clouds, and what is no address of one computer, it may never be.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return all(_is_public(a, allow_private=allow_private) for a in _addresses_to_check(address))


def _addresses_to_check(address: Address) -> Iterable[Address]:
    """An address, and that of version 4 which one of version 6 stands for."""
    inner = _inner(address) if isinstance(address, ipaddress.IPv6Address) else None
    return (address,) if inner is None else (inner,)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    inside = any(address in net for net in (_NAT64, _TRANSLATED, _COMPATIBLE))
    if inside and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _is_public(address: Address, *, allow_private: bool) -> bool:
    if address.is_multicast or address.is_unspecified or address in _METADATA:
        return False
    if address.version == 4 and address == ipaddress.IPv4Address("255.255.255.255"):
        return False
    if allow_private:
        return True
    if address in _LOCAL_NAT64 or any(address in net for net in _NEVER_PUBLIC):
        return False
    return address.is_global


@dataclass
class Deadline:
    """The moment by which a delivery must be over, on the clock of `time.monotonic`."""

    at: float = float("inf")

    def shorten(self, timeout: float | None) -> float:
        """A time-out that does not reach beyond it. Raises `httpcore.TimeoutException` after it."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException("deadline")
        return left if timeout is None else min(timeout, left)


class GuardedNetwork(httpcore.NetworkBackend):
    """Connections to addresses that were checked, each over at a deadline."""

    def __init__(
        self,
        deadline: Deadline,
        *,
        allow_private: bool = False,
        resolve: Resolve = system_addresses,
        network: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._deadline, self._allow_private, self._resolve = deadline, allow_private, resolve
        self._network = network or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of a host's addresses. Raises `ForbiddenAddressError` when one of
        them is forbidden.
        """
        fault: Exception = httpcore.ConnectError("no address")
        for address in self._addresses(host, port):
            try:
                left = self._deadline.shorten(timeout)
                stream = self._network.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as one:
                fault = one
            else:
                return _GuardedStream(stream, self._deadline)
        raise fault

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise httpcore.ConnectError("no such host") from None
        if not all(is_allowed(a, allow_private=self._allow_private) for a in found):
            raise ForbiddenAddressError
        return found


class _GuardedStream(httpcore.NetworkStream):
    """A connection whose every step is over at a deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.shorten(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.shorten(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.shorten(timeout)
        return _GuardedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
