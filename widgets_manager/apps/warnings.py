"""Stage: access. What is worth a warning before an app is installed: tools nobody serves, addresses nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from widgets_manager.apps.functions import functions, is_known_tool, listed
from widgets_manager.apps.mentions import Mention, mentions
from widgets_manager.apps.routes import has_route, routes
from widgets_manager.core.exceptions import Problem
from widgets_manager.declarative.blocks import WIDGET_MODULE
from widgets_manager.declarative.problems import hint
from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target

Locate = Callable[[str], tuple[int | None, str | None]]


def _nowhere(path: str) -> tuple[int | None, str | None]:
    return None, None


def app_warnings(
    config: Any,
    blocks: Mapping[str, Any],
    *,
    intents: Iterable[str] = (),
    locate: Locate = _nowhere,
    path: str = "widgets",
) -> list[Problem]:
    """Warnings for a block `widgets`, which is at `path`, and the other blocks of an app.

    `intents` are the names of the package's own intents; `locate` gives line and file of a path.
    """
    hosts = [*(blocks.get("capabilities") or {}).get("network", ()), *settings.APP_HTTP_HOSTS]
    own = list(intents)
    found = list(_grants(blocks))
    for mention in mentions(config, path):
        fault = _tool(mention, own) if mention.kind == "tool" else _address(mention, hosts)
        if fault:
            found.append(Problem(mention.path.removeprefix("."), fault))
    return [Problem(one.path, one.message, *locate(one.path)) for one in dict.fromkeys(found)]


def _tool(mention: Mention, own: list[str]) -> str:
    if is_known_tool(mention.name, also=own):
        return ""
    names = [function.name for function in functions()]
    near = hint(mention.name, [*own, *names, *(name.rpartition(".")[2] for name in names)])
    return f"nothing on this server serves the tool '{mention.name}' (there are: {listed([*own, *names])}){near}"


def _address(mention: Mention, hosts: list[str]) -> str:
    """What is wrong with an address, as far as it is known before its expressions are."""
    url = mention.name
    if url.startswith("/") and not url.startswith("//"):
        return "" if "{{" in url else _path(urlsplit(url).path)
    if "{{" in url.partition("://")[2].partition("/")[0] or url.startswith("{{"):
        return ""
    try:
        target = parse_target(url.partition("{{")[0] if "{{" in url else url)
    except FetchError as error:
        return f"the address cannot be asked: {error.message}"
    if target.is_named_in(hosts):
        return ""
    allowed = ", ".join(hosts) or "none"
    return f"the host {target.host} is not allowed (allowed: {allowed}); name it under capabilities.network"


def _path(path: str) -> str:
    if path.startswith("/api/panels/") or has_route(path):
        return ""
    known = [route.path for route in routes()]
    return f"no route of this server answers to '{path}' (there are: {listed(known)}){hint(path, known)}"


def _grants(blocks: Mapping[str, Any]) -> Iterator[Problem]:
    served = {function.name for function in functions()}
    for index, grant in enumerate((blocks.get("capabilities") or {}).get("grant", ())):
        module = grant["module"]
        for place, action in enumerate(grant["actions"] if module != WIDGET_MODULE else ()):
            if f"{module}.{action}" not in served:
                near = hint(f"{module}.{action}", served)
                yield Problem(
                    f"capabilities.grant[{index}].actions[{place}]",
                    f"nothing on this server serves '{module}.{action}'{near}",
                )
