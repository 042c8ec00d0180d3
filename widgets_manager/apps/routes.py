"""Stage: access. The registry of routes: addresses of this server that `http` sources and actions reach, in-process.

A Django app registers one in `AppConfig.ready()`: `register_route("/rag/sources", list_sources)`. `run` gets a
RouteCall and returns a JSON value, or raises an ApiError; it acts for the call's actor. A segment `{name}` of the path
takes any text without `/`, which `call.path` has by its name. What does not come by GET writes, unless `effect` says
otherwise: it needs the role of a member, is audited, and is no data source.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from widgets_manager.apps.functions import Effect
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, NotFound
from widgets_manager.declarative.problems import hint

if TYPE_CHECKING:
    from widgets_manager.widgets.models import InstalledWidget

_PATH: Final = re.compile(r"(/([a-z0-9_-]+|\{[a-z_]+\}))+")
RESERVED: Final = ("/api/", "/admin/", "/static/")


@dataclass(frozen=True, slots=True)
class RouteCall:
    """One request: `path` has the named segments, `query` texts or lists of them, `body` any JSON value or None."""

    actor: Actor
    method: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    app: InstalledWidget | None = None
    session_id: uuid.UUID | None = None


Run = Callable[[RouteCall], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A registered route."""

    path: str
    run: Run
    methods: tuple[str, ...]
    effect: Effect | None = None

    def writes(self, method: str) -> bool:
        """Whether a request by this method changes something."""
        return method != "GET" if self.effect is None else self.effect == "write"

    def match(self, path: str) -> dict[str, str] | None:
        """The named segments of a path that is this route's, else None."""
        pattern = re.sub(r"\\\{([a-z_]+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None


_routes: dict[str, Route] = {}


def register_route(path: str, run: Run, *, methods: Iterable[str] = ("GET",), effect: Effect | None = None) -> Route:
    """Answer requests to `path`; without `effect` GET reads and the other methods write.

    Raises ValueError for a path that is malformed, taken or the server's own.
    """
    if not _PATH.fullmatch(path) or f"{path}/".startswith(RESERVED):
        raise ValueError(f"'{path}' is not a path such as /rag/sources outside {', '.join(RESERVED)}")
    if path in _routes:
        raise ValueError(f"the route '{path}' is registered twice")
    route = Route(path, run, tuple(method.upper() for method in methods), effect)
    _routes[path] = route
    return route


def unregister_route(path: str) -> None:
    """Forget it (for tests)."""
    _routes.pop(path, None)


def routes() -> list[Route]:
    """Every registered route, by path; those without named segments first."""
    return [_routes[path] for path in sorted(_routes, key=lambda path: ("{" in path, path))]


def has_route(path: str) -> bool:
    """Whether a route answers to the path."""
    return any(route.match(path) is not None for route in routes())


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route and its named segments. Raises UNKNOWN_ROUTE (404) and METHOD_NOT_ALLOWED (405)."""
    for route in routes():
        segments = route.match(path)
        if segments is None:
            continue
        if method not in route.methods:
            allowed = ", ".join(route.methods)
            raise ApiError(
                f"{path} does not take {method} (it takes: {allowed}).",
                code="METHOD_NOT_ALLOWED",
                status=405,
                path="url",
            )
        return route, segments
    known = [route.path for route in routes()]
    raise NotFound(
        f"No route of this server answers to '{path[:200]}' (there are: {', '.join(known) or 'none'}, and those of "
        f"panels below /api/panels/){hint(path, known)}.",
        code="UNKNOWN_ROUTE",
        path="url",
    )
