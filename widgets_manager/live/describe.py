"""Stage: handlers. The reference of all events, made from their declarations (docs/live.md holds it)."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings

from widgets_manager.live.events import event_schema, event_types

PAGE: Final = Path(settings.BASE_DIR) / "docs" / "live.md"
_START: Final = "<!-- events: written by manage.py live_docs -->\n"
_END: Final = "<!-- end of events -->\n"


def describe_events() -> str:
    """Markdown: every event type of the application with its meaning and the JSON Schema of its data."""
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.events"):
            import_module(f"{app.name}.events")
    sections = []
    for name, shape in sorted(event_types.items()):
        if shape.__module__.startswith("tests."):
            continue
        meaning = " ".join((inspect.getdoc(shape) or "").split())
        sections.append(f"### `{name}`\n\n{meaning}\n\n```json\n{json.dumps(event_schema(shape))}\n```\n")
    return "\n".join(sections)


def page_with_events(page: str) -> str:
    """The page with its part about events brought up to date. Raises ValueError without the two markers."""
    before, _, rest = page.partition(_START)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"{PAGE.name} lacks the lines {_START.strip()} and {_END.strip()}")
    return f"{before}{_START}\n{describe_events()}\n{_END}{after}"
