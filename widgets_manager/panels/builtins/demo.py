"""Stage: handlers. Demo: a greeting and a counter, to try what a panel and the chat can do together."""

from __future__ import annotations

from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.panels import params as read
from widgets_manager.panels.access import items_of
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.builtins.manifests import intent, manifest, param
from widgets_manager.panels.templates.base import by_name, item_view, operation
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.registry import BuiltinPanel, OperationCall, PanelTemplate

DEMO: Final = "demo"
MAX_NAME: Final = 100
LARGEST: Final = 1_000_000
_START: Final[dict[str, Any]] = {"count": 0, "name": ""}


def show(call: OperationCall) -> IntentResult:
    """The greeting and the counter."""
    state = _START | next((item.data for item in items_of(call.actor, call.panel)), {})
    note_panel(actor=call.actor, panel=call.panel)
    return IntentResult(message=_sentence(state), title=call.panel.title, show_in_view_panel=call.panel.panel_id)


def count(call: OperationCall) -> IntentResult:
    """`{by?}`: counts up by one or by so many."""
    step = read.whole(call.params, "by")
    return _write(call, lambda state: {"count": _within(state["count"] + (1 if step is None else step))})


def greet(call: OperationCall) -> IntentResult:
    """`{name}`: whom the panel greets from now on."""
    name = " ".join(read.required_text(call.params, "name", limit=MAX_NAME).split())
    return _write(call, lambda state: {"name": name})


def reset(call: OperationCall) -> IntentResult:
    """Starts over: nobody is greeted, the counter is 0."""
    return _write(call, lambda state: dict(_START))


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """The greeting over the counter, with buttons."""
    return item_view(actor, panel, DEMO, hint='Or say in the chat: "count up by 3 in the demo".')


def _write(call: OperationCall, change: Any) -> IntentResult:
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = editor.items[0] if editor.items else editor.add(title="Demo", data=dict(_START))
        state = _START | item.data
        editor.change(item, data=change(state))
    note_panel(actor=call.actor, panel=call.panel)
    return IntentResult(message=_sentence(item.data))


def _within(value: int) -> int:
    return max(-LARGEST, min(LARGEST, value))


def _sentence(state: dict[str, Any]) -> str:
    hello = f"Hello, {state['name']}." if state["name"] else "Hello."
    return f"{hello} The counter is at {state['count']:,}."


TEMPLATE: Final = PanelTemplate(
    panel_type=DEMO,
    operations=by_name(
        operation("show", "read", show),
        operation("count", "write", count, {"by": "number"}),
        operation("greet", "write", greet, {"name": "string"}),
        operation("reset", "write", reset),
    ),
    view=view,
    size=(3, 4),
)
_MANIFEST: Final = manifest(
    DEMO,
    DEMO,
    "Demo",
    "A greeting and a counter, to try panels and the chat with.",
    [
        intent(
            "show_demo", "demo/show", "read", "Show the demo panel",
            ["show the demo", "open the demo", "show me the demo panel", "what does the demo say"],
        ),
        intent(
            "count_up", "demo/count", "write", "Count up in the demo",
            ["count up in the demo", "count up by 3 in the demo", "add 5 to the demo counter"],
            by=param("number", "How many steps; 1 when absent", default=1),
        ),
        intent(
            "greet", "demo/greet", "write", "Let the demo greet somebody",
            ["let the demo greet Ada", "demo, say hello to Ada", "greet Ada in the demo"],
            name=param("string", "Whom to greet", required=True),
        ),
        intent(
            "reset_demo", "demo/reset", "write", "Start the demo over",
            ["reset the demo", "start the demo over", "set the demo counter back"],
        ),
    ],
)  # fmt: skip

PANEL: Final = BuiltinPanel(manifest=_MANIFEST, template=TEMPLATE, icon="waving_hand")
