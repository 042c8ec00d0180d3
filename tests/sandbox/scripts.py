"""Widgets with scripts, and a site on loopback that serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.egress.site import Page, Site, running

SCRIPT = b"WidgetBridge.ready();\n"


def scripted(entrypoint: str, **sandbox: Any) -> dict[str, Any]:
    """A small valid manifest with a script."""
    return {
        "panelId": "weather",
        "panelType": "weather",
        "title": "Weather",
        "version": "1.0",
        "intents": [],
        "sandbox": {"entrypoint": entrypoint, "permissions": [], **sandbox},
    }


def javascript(body: bytes = SCRIPT, content_type: str | None = "text/javascript; charset=utf-8") -> Any:
    """A page of the site that is a script."""
    return lambda page: page.reply(body, content_type=content_type)


@contextmanager
def serving(pages: dict[str, Callable[[Page], None]]) -> Iterator[Site]:
    """The site; only what `make run` lets through by itself is let through."""
    with running({"/widget.js": javascript(), **pages}) as site:
        yield site
