"""`demo.greet`: the smallest function there is."""

from __future__ import annotations

from pydantic import BaseModel, Field

from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function


class GreetParams(BaseModel):
    """Whom to greet."""

    name: str = Field(min_length=1, max_length=100)
    city: str = Field(min_length=1, max_length=100)


def greet(call: FunctionCall) -> ActionResult:
    """A greeting."""
    params: GreetParams = call.params
    return ActionResult(True, {"message": f"Hello {params.name} from {params.city}!"})


def register() -> None:
    """Let apps greet."""
    register_function("demo.greet", description="Greet a person.", run=greet, params_model=GreetParams)
