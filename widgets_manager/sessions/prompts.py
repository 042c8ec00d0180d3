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

from widgets_manager.apps.access import app_blocks, visible_apps
from widgets_manager.core.actor import Actor
from widgets_manager.declarative.fields import field_names
from widgets_manager.packages.validation import strip_unseen
from widgets_manager.sessions.access import app_key, open_widgets, read_states, session_id_for
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
    blocks: list[tuple[str, list[Section]]] = []
    for name, app in _speakers(actor, {*states, *(str(row.app_id or "") for row in mounted)}, apps):
        own = [row for row in mounted if row.app_id == (app.pk if app else None)]
        fields = [*(app_blocks(app).fields if app else ()), *field_names([row.tree for row in own])]
        if sections := list(_sections(states.get(app_key(app), {}), own, fields)):
            blocks.append((name, sections))
    several = len(blocks) > 1
    titled = [
        (f"{title} ({heading(name)})" if several else title, lines)
        for name, sections in blocks
        for title, lines in sections
    ]
    return _text(titled, settings.WIDGET_CONTEXT_MAX) if titled else ""


def _speakers(
    actor: Actor, ids: set[str], apps: Collection[InstalledWidget] | None
) -> Iterator[tuple[str, InstalledWidget | None]]:
    """Whose state and widgets are told, by name: the apps in the order of their names, the chat itself last."""
    allowed = None if apps is None else {app.pk for app in apps}
    for row in visible_apps(actor).filter(enabled=True, pk__in=ids - {""}):
        if allowed is None or row.pk in allowed:
            yield row.name, row
    if "" in ids:
        yield "chat", None


def _sections(state: dict[str, Any], mounted: list[MountedWidget], fields: list[str]) -> Iterator[Section]:
    """`fields` are the names of the inputs in the order in which they stand in the widgets."""
    form = state.get(FORM)
    if isinstance(form, dict) and form:
        yield "## Form values", [_line(name, form[name]) for name in _in_order(form, fields)]
    own = {LAST_FORM, RESULTS, LAST_RESULT} | ({FORM} if isinstance(form, dict) else set())
    kept = [_line(key, value) for key, value in state.items() if key not in own]
    if kept:
        yield "## Session state", kept
    last = state.get(LAST_RESULT)
    if isinstance(last, dict) and "tool" in last:
        yield "## Last widget tool result", [_result_line(last)]
    if mounted:
        yield "## Currently mounted widgets", [_widget_line(row) for row in mounted]


def _in_order(form: dict[str, Any], fields: list[str]) -> Iterator[str]:
    """The names of the form, those of `fields` among themselves as these stand; others send them in any order."""
    known = iter([name for name in dict.fromkeys(fields) if name in form])
    places = set(fields)
    return (next(known) if name in places else name for name in form)


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
    """The sections within the limit: the longest lines are cut first, then the last of too many left out, of each
    section, then of the sections.
    """
    head = len(HEADING) + sum(len(title) + 2 for title, _ in sections)
    lines = [line for _, lines in sections for line in lines]
    longest = _longest(lines, limit - head)
    shortened = [(title, [cut(line, longest) for line in lines]) for title, lines in sections]
    text, fewer = _joined(shortened), max((len(lines) for _, lines in sections), default=0)
    while len(text) > limit and fewer > 1:
        fewer //= 2
        text = _joined([(title, _first(lines, fewer)) for title, lines in shortened])
    kept = len(shortened)
    while len(text) > limit and kept > 1:
        kept -= 1
        text = _joined([(title, _first(lines, 1)) for title, lines in shortened[:kept]], left_out=len(shortened) - kept)
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


def _joined(sections: list[Section], left_out: int = 0) -> str:
    lines = [HEADING, *(line for title, lines in sections for line in (title, *lines))]
    return "\n".join([*lines, *([f"… [cut: {left_out} more sections]"] if left_out else [])])
