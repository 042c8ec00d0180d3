"""Stage: validation. An address from outside, taken apart once; every later stage uses the parts, never the text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

import idna

from widgets_manager.egress.addresses import Address
from widgets_manager.egress.exceptions import FetchError, Reason

MAX_URL: Final = 2048
_PORTS: Final = {"http": 80, "https": 443}
# Backslashes, spaces and control characters are read differently by different programs: nobody needs them.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029]")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect and what to ask for. `host` is a lower-case ASCII name or an address without brackets."""

    scheme: str
    host: str
    port: int
    resource: str
    address: Address | None

    @property
    def netloc(self) -> str:
        """The host as a URL and the Host header write it, with the port unless it is the scheme's own."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def url(self) -> str:
        """The address in normal form, without fragment."""
        return self.origin + self.resource

    def is_named_in(self, hosts: Collection[str]) -> bool:
        """Whether `hosts` has this `host` or `host:port` (an IPv6 address with or without brackets)."""
        names = {self.host, f"{self.host}:{self.port}", f"[{self.host}]", f"[{self.host}]:{self.port}"}
        return any(host.strip().lower().rstrip(".") in names for host in hosts)


def parse_target(url: str) -> Target:
    """The parts of an http(s) address. Raises FetchError (reason `url`) that says what is wrong with it."""
    if len(url) > MAX_URL:
        raise _refuse(f"The address has {len(url):,} characters; at most {MAX_URL:,} are accepted.")
    if not url or _AMBIGUOUS.search(url):
        raise _refuse("The address is empty or has spaces, backslashes or control characters in it.")
    try:
        parts = urlsplit(url)
        port, name = parts.port, parts.hostname
    except ValueError:
        raise _refuse("The address is not a URL: its host or port cannot be read.") from None
    if parts.scheme not in _PORTS:
        raise _refuse("The address must begin with https:// (or http://, where this server allows it).")
    if parts.username is not None or parts.password is not None:
        raise _refuse("The address must not contain a user name or password.")
    if not name or port == 0:
        raise _refuse("The address has no host, or port 0.")
    host, address = _host(name, bracketed="[" in parts.netloc)
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], _resource(parts), address)


def _host(name: str, *, bracketed: bool) -> tuple[str, Address | None]:
    if bracketed:
        return _ipv6(name)
    host = name.lower() if name.isascii() else _ascii(name)
    host = host.removesuffix(".")
    if not _HOST.fullmatch(host):
        raise _refuse(f"'{name[:80]}' is not a host name.")
    if not _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        return host, None
    # Decimal, octal, hexadecimal and shortened spellings end in a number too; only 192.0.2.1 is an address here.
    try:
        return host, IPv4Address(host)
    except ValueError:
        raise _refuse(f"'{name[:80]}' is neither a host name nor an IPv4 address written as 192.0.2.1.") from None


def _ipv6(name: str) -> tuple[str, Address]:
    try:
        address = IPv6Address(name)
    except ValueError:
        raise _refuse(f"'[{name[:80]}]' is not an IPv6 address.") from None
    if address.scope_id is not None:
        raise _refuse("An address with a zone id means a network of this server; it is not fetched.")
    return str(address), address


def _ascii(name: str) -> str:
    """The ASCII form of an international name (UTS 46, which also turns full-width digits into plain ones)."""
    try:
        return idna.encode(name, uts46=True, transitional=False).decode()
    except idna.IDNAError:
        raise _refuse(f"'{name[:80]}' is not a host name.") from None


def _resource(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._[]')}" if parts.query else path


def _refuse(message: str) -> FetchError:
    return FetchError(Reason.URL, message)
