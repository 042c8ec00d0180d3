"""Stage: handlers. All that `context` has: each method in the module of its subject."""

from __future__ import annotations

from sandbox.plugins.context import database, fetching, later, sessions, telling, widget
from sandbox.plugins.context.registry import context_methods


def register() -> None:
    """Put the methods of this room into the registry."""
    for module in (widget, fetching, telling, sessions, database, later):
        for method in module.METHODS:
            context_methods.register(method)
