"""What frames are compared with: the same trivial script in an ordinary iframe of an ordinary page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

SCRIPT: Final = """
document.getElementById('widget-root').textContent = 'Hello';
addEventListener('widget:init', () => WidgetBridge.ready());
"""
_FRAME: Final = """<!doctype html><meta charset="utf-8"><div id="widget-root"></div><script>
document.getElementById('widget-root').textContent = 'Hello';
parent.postMessage('ready', '*');
</script>"""
_PAGE: Final = """<!doctype html><meta charset="utf-8"><title>Plain</title><body><script>
const add = () => Object.assign(document.body.appendChild(document.createElement('iframe')), { src: '/frame' });
let left = Number(location.search.slice(1));
for (let at = left; at > 0; at -= 1) add();
addEventListener('message', () => { if (--left === 0) window.allReady = performance.now(); });
window.mount = () => new Promise((ready) => {
  const begun = performance.now();
  const frame = add();
  addEventListener('message', () => { ready(performance.now() - begun); frame.remove(); }, { once: true });
});
</script>"""


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = (_FRAME if self.path == "/frame" else _PAGE).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def plain_site() -> Iterator[str]:
    """Its address; `/?20` has twenty frames from the start."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
