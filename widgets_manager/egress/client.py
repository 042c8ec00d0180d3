"""Stage: actions. The one way out: `fetch` gets an address that a person or a package named, and nothing private."""

from __future__ import annotations

import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

import httpcore
from django.conf import settings

from widgets_manager.egress.bodies import read_body, too_large
from widgets_manager.egress.connections import Deadline, PinnedBackend, default_tls
from widgets_manager.egress.exceptions import FetchError, Reason
from widgets_manager.egress.resolving import Resolver, addresses_of, ask_system
from widgets_manager.egress.urls import Target, parse_target

JSON_OR_TEXT: Final = ("application/json", "text/")
ANYTHING: Final = ("*/*",)
_BODILESS: Final = frozenset({204, 205})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `url` is where it came from in the end, `content_type` the lower-case media type, `body` decoded.

    `headers` have lower-case names; of one that comes several times the values are joined by commas.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one fetch may do."""

    max_bytes: int
    accept: tuple[str, ...]
    allow_http: bool
    allow_hosts: Collection[str]
    resolve: Resolver
    tls: ssl.SSLContext
    deadline: Deadline
    only_hosts: Collection[str] | None = None
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    any_status: bool = False


def fetch(
    url: str,
    *,
    max_bytes: int = 1_000_000,
    timeout: float = 10.0,
    accept: tuple[str, ...] = JSON_OR_TEXT,
    max_redirects: int = 3,
    allow_http: bool | None = None,
    allow_hosts: Collection[str] | None = None,
    resolve: Resolver = ask_system,
    tls: ssl.SSLContext | None = None,
    only_hosts: Collection[str] | None = None,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    any_status: bool = False,
) -> Fetched:
    """Get `url` from the public internet. Blocks for at most `timeout` seconds in all: call it in a thread.

    `accept` lists media types, or their beginnings (`text/`); `application/json` stands for `…+json` too, ANYTHING
    for whatever comes.
    `allow_http` (default: outside production) permits addresses without TLS. `allow_hosts` (default:
    FETCH_ALLOW_HOSTS) names `host` or `host:port` that may be private and without TLS. `resolve` and `tls` replace
    the system's resolver and authorities. Proxies of the environment are not used. This server itself is never
    fetched. With `only_hosts`, no other `host` or `host:port` is asked, also after a redirect; they may be no less
    public than any. `headers` and `body` are sent as they are, `headers` in place of ours of the same name; only a GET
    is redirected. With `any_status` an answer of an error is one, too. Raises FetchError, with its `reason`.
    """
    rules = _Rules(
        max_bytes=max_bytes,
        accept=accept,
        allow_http=settings.ENVIRONMENT != "production" if allow_http is None else allow_http,
        allow_hosts=settings.FETCH_ALLOW_HOSTS if allow_hosts is None else allow_hosts,
        resolve=resolve,
        tls=tls or default_tls(),
        deadline=Deadline(timeout),
        only_hosts=only_hosts,
        method=method,
        headers=headers or {},
        body=body,
        any_status=any_status,
    )
    for _ in range(max_redirects + 1):
        answer = _get(parse_target(url), rules)
        if isinstance(answer, Fetched):
            return answer
        url = answer
    raise FetchError(Reason.REDIRECTS, f"The address redirects more than {max_redirects} times.")


def _get(target: Target, rules: _Rules) -> Fetched | str:
    """The answer, or the absolute address that it redirects to."""
    if rules.only_hosts is not None and not target.is_named_in(rules.only_hosts):
        raise FetchError(Reason.BLOCKED, f"The host {target.host} is none of those that may be asked here.")
    named = target.is_named_in(rules.allow_hosts)
    _check(target, allow_http=rules.allow_http or named)
    addresses = addresses_of(target, private_allowed=named, resolve=rules.resolve, seconds=rules.deadline.remaining())
    with _request(target, addresses, rules) as response:
        if response.status in _REDIRECTS and rules.method == "GET":
            return _location(target, response)
        return _accepted(target, response, rules)


def _check(target: Target, *, allow_http: bool) -> None:
    """Refuse what is refused before any name is resolved."""
    # Each port answers to both names: what is the application's under one of them may not be had under the other.
    own = [parse_target(origin) for origin in (settings.PUBLIC_ORIGIN, settings.SANDBOX_ORIGIN) if origin]
    if target.host in {one.host for one in own} and target.port in {80, 443, *(one.port for one in own)}:
        raise FetchError(Reason.BLOCKED, "The address is this server's own.")
    if target.scheme != "https" and not allow_http:
        raise FetchError(Reason.URL, f"The address {target.origin} must begin with https://.")


@contextmanager
def _request(target: Target, addresses: list[str], rules: _Rules) -> Iterator[httpcore.Response]:
    """The answer's head, its body still unread. Raises FetchError, also from within the block."""
    scheme, host, resource = target.scheme.encode(), target.host.encode(), target.resource.encode()
    connection = httpcore.HTTPConnection(
        httpcore.Origin(scheme, host, target.port),
        ssl_context=rules.tls,
        network_backend=PinnedBackend(addresses, rules.deadline),
    )
    headers: dict[bytes | str, bytes | str] = {
        "Host": target.netloc,
        "Accept": ", ".join(f"{kind}*" if kind.endswith("/") else kind for kind in rules.accept),
        "Accept-Encoding": "gzip",
        "User-Agent": "Widget-Manager/1.0",
        "Connection": "close",
    }
    given = {name.lower() for name in rules.headers}
    headers = {name: value for name, value in headers.items() if str(name).lower() not in given}
    headers |= dict(rules.headers.items())
    if rules.body is not None:
        headers["Content-Length"] = str(len(rules.body))
    url = httpcore.URL(scheme=scheme, host=host, port=target.port, target=resource)
    try:
        with connection, connection.stream(rules.method, url, headers=headers, content=rules.body) as response:
            yield response
    except httpcore.TimeoutException:
        raise rules.deadline.passed() from None
    except httpcore.ConnectError as error:
        raise FetchError(Reason.CONNECT, _tls_fault(target, error)) from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise FetchError(Reason.PROTOCOL, f"The answer of {target.host} is not HTTP, or broke off.") from None


def _location(target: Target, response: httpcore.Response) -> str:
    location = _header(response, b"location")
    if not location:
        raise FetchError(Reason.PROTOCOL, "The answer redirects without saying where.")
    try:
        return urljoin(target.url, location)
    except ValueError:
        raise FetchError(Reason.PROTOCOL, "The answer redirects to something that is not a URL.") from None


def _tls_fault(target: Target, error: httpcore.ConnectError) -> str:
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        return f"The certificate of {target.host} is not accepted: {error.__cause__.verify_message}."
    return f"No secure connection to {target.host} on port {target.port}."


def _accepted(target: Target, response: httpcore.Response, rules: _Rules) -> Fetched:
    failed = not 200 <= response.status < 300
    if failed and (not rules.any_status or response.status in _REDIRECTS):
        raise FetchError(Reason.STATUS, f"The address answered with status {response.status}.")
    content_type = _header(response, b"content-type").partition(";")[0].strip().lower()
    if response.status in _BODILESS or rules.method == "HEAD":
        return Fetched(target.url, response.status, content_type, b"", _headers(response))
    if not _is_accepted(content_type, rules.accept):
        allowed = ", ".join(f"{kind}…" if kind.endswith("/") else kind for kind in rules.accept)
        raise FetchError(
            Reason.CONTENT_TYPE, f"The answer's content type is '{content_type[:80] or 'not given'}', not {allowed}."
        )
    length = _header(response, b"content-length")
    if length.isdecimal() and len(length) < 20 and int(length) > rules.max_bytes:
        raise too_large(rules.max_bytes)
    encoding = _header(response, b"content-encoding")
    body = read_body(response.iter_stream(), encoding=encoding, max_bytes=rules.max_bytes)
    return Fetched(target.url, response.status, content_type, body, _headers(response))


def _is_accepted(content_type: str, accept: tuple[str, ...]) -> bool:
    if accept == ANYTHING:
        return True
    if content_type.endswith("+json") and "application/json" in accept:
        return True
    return any(content_type.startswith(kind) if kind.endswith("/") else content_type == kind for kind in accept)


def _headers(response: httpcore.Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in response.headers:
        name, text = key.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _header(response: httpcore.Response, name: bytes) -> str:
    """The first header of that lower-case name, or an empty text."""
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")
