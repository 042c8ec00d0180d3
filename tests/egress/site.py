"""A small web site on loopback, with pages that behave well and pages that do not."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpcore

TLS = Path(__file__).parent / "tls"
MANIFEST = b'{"panelId": "p"}'


class Page(BaseHTTPRequestHandler):
    """Answers by path; `requests` of the site keeps what was asked."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers)))
        page = self.server.pages.get(self.path.partition("?")[0])
        if page is None:
            self.reply(b"nothing here", status=404, content_type="text/plain")
        else:
            page(self)

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.do_GET()

    do_PUT = do_PATCH = do_DELETE = do_POST

    def reply(
        self, body: bytes, *, status: int = 200, content_type: str | None = "application/json", **more: str
    ) -> None:
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, **headers: str) -> None:
        """A head without a length: the body lasts until the connection is closed."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Site(ThreadingHTTPServer):
    """The site, its pages and what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, pages: dict[str, Callable[[Page], None]]) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.pages = pages
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.closing = threading.Event()

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"http://{self.netloc}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up early is what many of these tests are about."""


@contextmanager
def running(pages: dict[str, Callable[[Page], None]], *, tls: bool = False) -> Iterator[Site]:
    """The site while it is served."""
    site = Site(pages)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / "server.pem")
        site.socket = context.wrap_socket(site.socket, server_side=True)
    thread = threading.Thread(target=site.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        site.shutdown()
        site.server_close()


def drip(page: Page) -> None:
    """One byte of a valid body at a time: each read succeeds, the whole takes ten seconds."""
    page.begin()
    for _ in range(200):
        if page.server.closing.wait(0.05):
            return
        page.wfile.write(b" ")
    page.wfile.write(MANIFEST)


def drip_head(page: Page) -> None:
    page.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(200):
        if page.server.closing.wait(0.05):
            return
        page.wfile.write(b"x")
    page.wfile.write(b"\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")


def silent(page: Page) -> None:
    page.server.closing.wait(10)
    page.reply(MANIFEST)


def endless(page: Page) -> None:
    page.begin()
    while not page.server.closing.is_set():
        page.wfile.write(b"[" * 65536)


def endless_head(page: Page) -> None:
    page.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not page.server.closing.is_set():
        page.wfile.write(b"X-More: " + b"x" * 8192 + b"\r\n")


def bomb(page: Page) -> None:
    page.reply(gzip.compress(b" " * 50_000_000, 9), Content_Encoding="gzip")


def zipped(body: bytes) -> Callable[[Page], None]:
    return lambda page: page.reply(body, Content_Encoding="gzip")


def redirect(to: str, status: int = 302) -> Callable[[Page], None]:
    return lambda page: page.reply(b"", status=status, Location=to)


class NoNetwork(httpcore.SyncBackend):
    """Records where a connection would have gone, and makes none."""

    attempts: list[str]

    def connect_tcp(self, host: str, *args: object, **kwargs: object) -> httpcore.NetworkStream:
        type(self).attempts.append(host)
        raise httpcore.ConnectError
