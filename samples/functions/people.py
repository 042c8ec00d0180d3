"""`people.*`: an address book."""

from __future__ import annotations

from pydantic import BaseModel, Field

from samples.functions.models import Contact
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function


class SaveUserParams(BaseModel):
    """A person to write down; a name that is there already gets the new values."""

    name: str = Field(min_length=1, max_length=200)
    email: str = Field(default="", max_length=254, pattern=r"^$|^[^@\s]+@[^@\s]+$")
    role: str = Field(default="", max_length=100)


def save_user(call: FunctionCall) -> ActionResult:
    """Write a person down."""
    values = {"email": call.params.email, "role": call.params.role}
    made = not Contact.of(call.actor).filter(name=call.params.name).update(**values)
    if made:
        Contact.add(call.actor, name=call.params.name, **values)
    return ActionResult(True, {"name": call.params.name, "created": made})


def list_users(call: FunctionCall) -> ActionResult:
    """Everybody in the address book, by name."""
    return ActionResult(True, list(Contact.of(call.actor).values("name", "email", "role")))


def register() -> None:
    """Let apps keep an address book."""
    register_function(
        "people.save_user",
        description="Write a person down in the address book.",
        run=save_user,
        params_model=SaveUserParams,
        effect="write",
    )
    register_function("people.list_users", description="List the address book.", run=list_users)
