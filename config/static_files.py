"""Static files in front of Django, inside the same server: no request of the application passes through them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic import ServeStaticASGI  # type: ignore[import-untyped]  # it ships no types


def serve_static(application: Any) -> Any:
    """Answer STATIC_URL: in production from STATIC_ROOT, elsewhere from where the files are, whenever they change."""
    server = ServeStaticASGI(
        application,
        autorefresh=not settings.PRODUCTION,
        max_age=60 if settings.PRODUCTION else 0,
        add_headers_function=_harden,
    )
    for folder in [str(settings.STATIC_ROOT)] if settings.PRODUCTION else _folders():
        server.add_files(folder, prefix=settings.STATIC_URL)
    return server


def _folders() -> list[str]:
    """Every folder that Django's finders look into."""
    storages = [storage for finder in get_finders() for storage in getattr(finder, "storages", {}).values()]
    return [str(storage.location) for storage in storages]


def _harden(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
