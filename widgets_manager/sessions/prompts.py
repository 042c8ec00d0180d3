"""Stage: handlers. WIDGET CONTEXT: what people chose and what came of it, as the next turn's prompt says it.

Headings and lines are those that authors' prompts refer to. Values were typed by people or made by tools: they stand on
one line each, as data, and the longest are cut first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from django.conf import settings

from widgets_manager.apps.access import visible_apps
from widgets_manager.core.actor import Actor
from widgets_manager.packages.validation import strip_unseen
from widgets_manager.sessions.access import open_widgets, read_states, session_id_for
from widgets_manager.sessions.actions.state import FORM, LAST_FORM, LAST_RESULT, RESULTS
from widgets_manager.sessions.limits import cut
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import heading, quote, word

HEADING: Final = "# WIDGET CONTEXT"
_SHORTEST: Final = 80
_HARMLESS: Final = re.compile(r"[^\W_][\w@:.,;/+&%'() -]*")
_LIKE_JSON: Final = re.compile(r"true|false|null|[\d.eE+-]+")
# Line breaks stay: JSON writes them as two characters on the same line.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SEPARATORS: Final = re.compile(r"\r\n?|[\x85\u2028\u2029]")
Section = tuple[str, list[str]]


def widget_context(actor: Actor, session_id: object, *, apps: Collection[InstalledWidget] | None = None) -> str:
    """The section for a turn, rebuilt from the database; "" when there is nothing to say.

    Holds the state and mounted widgets of the chat itself and of the enabled apps that the actor sees, or only `apps`.
    """
    key = session_id_for(actor, session_id)
    states, mounted = read_states(key), list(open_widgets(key))
    names = _names(actor, {*states, *(str(row.app_id or "") for row in mounted)}, apps)
    blocks = {
        app: list(_sections(states.get(app, {}), [row for row in mounted if str(row.app_id or "") == app]))
        for app in names
    }
    blocks = {app: sections for app, sections in blocks.items() if sections}
    several = len(blocks) > 1
    titled = [
        (f"{title} ({heading(names[app])})" if several else title, lines)
        for app, sections in blocks.items()
        for title, lines in sections
    ]
    return _text(titled, settings.WIDGET_CONTEXT_MAX) if titled else ""


def _names(actor: Actor, ids: set[str], apps: Collection[InstalledWidget] | None) -> dict[str, str]:
    """The apps to speak of by id, in the order of their names; the chat itself last."""
    rows = visible_apps(actor).filter(enabled=True, pk__in=ids - {""})
    allowed = None if apps is None else {str(app.pk) for app in apps}
    names = {str(row.pk): row.name for row in rows if allowed is None or str(row.pk) in allowed}
    return names | ({"": "chat"} if "" in ids else {})


def _sections(state: dict[str, Any], mounted: list[MountedWidget]) -> Iterator[Section]:
    form = state.get(FORM)
    if isinstance(form, dict) and form:
        yield "## Form values", [_line(key, value) for key, value in form.items()]
    own = {LAST_FORM, RESULTS, LAST_RESULT} | ({FORM} if isinstance(form, dict) else set())
    kept = [_line(key, value) for key, value in state.items() if key not in own]
    if kept:
        yield "## Session state", kept
    last = state.get(LAST_RESULT)
    if isinstance(last, dict) and "tool" in last:
        yield "## Last widget tool result", [_result_line(last)]
    if mounted:
        yield "## Currently mounted widgets", [_widget_line(row) for row in mounted]


def _line(key: str, value: Any) -> str:
    return f"- **{word(key)}**: {shown(value)}"


def _result_line(last: dict[str, Any]) -> str:
    said = shown(last.get("data")) if last.get("success") else f"failed: {quote(last.get('error') or '')}"
    return f"- **{word(last['tool'])}**: {said}"


def _widget_line(row: MountedWidget) -> str:
    zone = "workspace" if row.zone == MountedWidget.Zone.WORKSPACE_TABS else row.zone
    traits = [f"zone={zone}", *([f"ref={word(row.ref)}"] if row.ref else [])]
    traits += [f"answered={quote(row.answered['label'], 100)}"] if row.answered else []
    return f"- **{word(row.widget_id)}** ({', '.join(traits)})"


def shown(value: Any) -> str:
    """A value on one line: a harmless text as it is, everything else as JSON without control and hidden characters."""
    cleaned = _cleaned(value)
    if isinstance(cleaned, str) and _HARMLESS.fullmatch(cleaned) and not _LIKE_JSON.fullmatch(cleaned):
        return cleaned
    return json.dumps(cleaned, ensure_ascii=False)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        lines = _SEPARATORS.sub("\n", value).split("\n")
        return "\n".join(strip_unseen(_CONTROL.sub(" ", line)) for line in lines)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value


def _text(sections: list[Section], limit: int) -> str:
    """The sections within the limit: the longest lines are cut first, then the last of too many left out."""
    head = len(HEADING) + sum(len(title) + 2 for title, _ in sections)
    lines = [line for _, lines in sections for line in lines]
    longest = _longest(lines, limit - head)
    text = _joined([(title, [cut(line, longest) for line in lines]) for title, lines in sections])
    fewer = max((len(lines) for _, lines in sections), default=0)
    while len(text) > limit and fewer > 1:
        fewer //= 2
        text = _joined([(title, _first([cut(line, longest) for line in lines], fewer)) for title, lines in sections])
    return cut(text, limit)


def _longest(lines: list[str], room: int) -> int:
    """How long a line may be so that all fit."""
    low, high = _SHORTEST, max(map(len, lines), default=0)
    if sum(len(line) + 1 for line in lines) <= room:
        return max(high, low)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(min(len(line), middle) + 1 for line in lines) <= room else (low, middle - 1)
    return low


def _first(lines: list[str], count: int) -> list[str]:
    return lines if len(lines) <= count else [*lines[:count], f"- … [cut: {len(lines) - count} more]"]


def _joined(sections: list[Section]) -> str:
    return "\n".join([HEADING, *(line for title, lines in sections for line in (title, *lines))])
