"""`files.*`: things at paths, which a person deletes after a confirmation. They are names only; no file is touched."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from pydantic import BaseModel, Field

from samples.functions.models import Thing
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function
from widgets_manager.core.actor import Actor

# What everybody begins with.
FIRST: Final = ("/docs/notes.md", "/docs/spec.md", "/drafts/old.md")


class PathParams(BaseModel):
    """A thing by its path."""

    path: str = Field(pattern=r"^/[^\x00-\x1f]{1,299}$")


def list_things(call: FunctionCall) -> ActionResult:
    """The things that there are, by path."""
    return ActionResult(True, [{"path": thing.path, "created_at": thing.created_at} for thing in _things(call.actor)])


def add_thing(call: FunctionCall) -> ActionResult:
    """Put a thing at a path."""
    if any(thing.path == call.params.path for thing in _things(call.actor)):
        return ActionResult(False, error=f"There is something at {call.params.path} already.")
    Thing.add(call.actor, path=call.params.path)
    return ActionResult(True, {"path": call.params.path})


def delete_thing(call: FunctionCall) -> ActionResult:
    """Delete the thing at a path."""
    found = [thing for thing in _things(call.actor) if thing.path == call.params.path]
    if not found:
        return ActionResult(False, error=f"There is nothing at {call.params.path}.")
    found[0].deleted_at = timezone.now()
    found[0].save(update_fields=["deleted_at"])
    return ActionResult(True, {"deleted": call.params.path})


def _things(actor: Actor) -> list[Thing]:
    rows = Thing.of(actor)
    if not rows.exists():
        if not actor.can_write:
            return []
        # Two pages may ask for the first time at once.
        first = [Thing(tenant=actor.tenant, user=actor.user, path=path) for path in FIRST]
        Thing.objects.bulk_create(first, ignore_conflicts=True)
    return list(rows.filter(deleted_at=None))


def register() -> None:
    """Let apps list, add and delete things."""
    register_function("files.list_things", description="List the person's things.", run=list_things)
    register_function(
        "files.add_thing", description="Put a thing at a path.", run=add_thing, params_model=PathParams, effect="write"
    )
    register_function(
        "files.delete_thing",
        description="Delete the thing at a path.",
        run=delete_thing,
        params_model=PathParams,
        effect="write",
    )
