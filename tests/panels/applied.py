"""What a page does with the events of this room (docs/panels.md): the reference that the tests hold them to."""

from __future__ import annotations

from typing import Any


def apply_to_panel(data: dict[str, Any], instance_id: str, event: str, body: dict[str, Any]) -> dict[str, Any]:
    """The data of a panel's view after an event of its workspace's stream."""
    if body.get("instance_id") != instance_id:
        return data
    items = {item["id"]: item for item in data["items"]}
    if event == "item.put":
        items[body["item"]["id"]] = body["item"]
    elif event == "item.removed":
        items.pop(body["item_id"], None)
    elif event == "items.cleared":
        for key in body["item_ids"]:
            items.pop(key, None)
    elif event == "items.reset":
        items = {item["id"]: item for item in body["items"]}
    return data | {"items": sorted(items.values(), key=lambda item: (item["position"], item["id"]))}


def apply_to_user(snapshot: dict[str, Any], event: str, body: dict[str, Any]) -> dict[str, Any]:
    """The snapshot of a person's own stream after `builtin.changed`; what is empty is left out."""
    if event != "builtin.changed":
        return snapshot
    builtins = snapshot["builtins"] | {body["slug"]: body["values"]}
    return snapshot | {"builtins": {slug: values for slug, values in builtins.items() if values["items"]}}
