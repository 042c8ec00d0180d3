"""Stage: handlers. `links`: web addresses with names; the Quick Links badges are made of the same."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from widgets_manager.core.actor import Actor
from widgets_manager.panels import params as read
from widgets_manager.panels.access import items_of
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.templates.base import (
    Noun,
    add_hint,
    by_name,
    choose,
    item_view,
    listed,
    operation,
    removing,
)
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.registry import OperationCall, PanelTemplate

LINK: Final = Noun("link", "links", key="name")
WHICH: Final = {"id": "string", "name": "string", "position": "number"}


def list_links(call: OperationCall) -> IntentResult:
    """The links in their order."""
    items = items_of(call.actor, call.panel)
    rows = [LINK.show(item, position, host_of(item.data["url"])) for position, item in enumerate(items, start=1)]
    note_panel(actor=call.actor, panel=call.panel)
    return listed(call.panel, rows, message=f"{call.panel.title} has {LINK.count(len(rows))}.")


def open_link(call: OperationCall) -> IntentResult:
    """`{name|position}`: the page is asked to open the address."""
    item = choose(items_of(call.actor, call.panel), call.params, LINK, call.panel)
    # Checked when it was stored; checked again because it is handed to a browser.
    address = read.web_address(item.data, "url")
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Opening '{item.title}'.", open_url=address, show_in_view_panel=call.panel.panel_id)


def add_link(call: OperationCall) -> IntentResult:
    """`{url, name?}`: https and http only; the host is the name of a link without one."""
    address = read.web_address(call.params, "url")
    name = read.line(call.params, "name") or host_of(address)
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = editor.add(title=name, data={"url": address, "host": host_of(address)})
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Added '{item.title}' to {call.panel.title}.")


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """Links with their hosts."""
    sentence = f"add https://example.com to {panel.title}"
    return item_view(actor, panel, "links", hint=add_hint(panel, sentence))


def host_of(address: str) -> str:
    """The host without `www.`."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


OPERATIONS: Final = by_name(
    operation("list", "read", list_links),
    operation("open", "read", open_link, WHICH),
    operation("add", "write", add_link, {"url": "string", "name": "string"}),
    operation("remove", "write", removing(LINK), WHICH),
)
TEMPLATE: Final = PanelTemplate(panel_type="links", operations=OPERATIONS, view=view, size=(3, 4))
