"""Stage: handlers. How the manifests of the built-in panels are written: as those of any other widget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal


def param(kind: str, description: str, *, required: bool = False, default: object = None) -> dict[str, Any]:
    """One entry of a paramsSchema."""
    spec: dict[str, Any] = {"type": kind, "description": description}
    if required:
        spec["required"] = True
    if default is not None:
        spec["default"] = default
    return spec


def intent(
    name: str,
    handler: str,
    permission: Literal["read", "write"],
    description: str,
    examples: Sequence[str],
    /,
    **params: dict[str, Any],
) -> dict[str, Any]:
    """One intent; `handler` is `<slug>/<operation>`."""
    shown: dict[str, Any] = {"name": name, "description": description, "examples": list(examples)}
    if params:
        shown["paramsSchema"] = params
    return shown | {"handler": f"api:/api/panels/{handler}", "permission": permission}


def manifest(
    slug: str, panel_type: str, title: str, description: str, intents: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """A PanelChatManifest 1.0."""
    return {
        "panelId": slug,
        "panelType": panel_type,
        "title": title,
        "version": "1.0",
        "description": description,
        "intents": list(intents),
    }
