"""Stage: handlers. `storage.*`: what a widget keeps at its place, on the server."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from sandbox.frames.access import stored_value
from sandbox.frames.actions.storage import set_value
from sandbox.frames.capabilities import Capability, CapabilityCall

_KEY: Final = {"type": "string", "minLength": 1, "maxLength": 200}


def get(call: CapabilityCall) -> Any:
    """`{key}`: the value kept under it, null when there is none."""
    return stored_value(call.instance, call.params["key"])


def put(call: CapabilityCall) -> dict[str, int]:
    """`{key, value}`: keeps any JSON under the key; null removes it. Answers `{used, quota}` in bytes."""
    params = call.params
    usage = set_value(actor=call.actor, instance=call.instance, key=params["key"], value=params.get("value"))
    return asdict(usage)


METHODS: Final = (
    Capability("storage.get", "", get, {"key": _KEY}, ("key",)),
    Capability("storage.set", "", put, {"key": _KEY, "value": {}}, ("key",)),
)
