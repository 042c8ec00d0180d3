"""`tasks.*`: a board of three columns."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from samples.functions.models import Card
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function
from widgets_manager.core.actor import Actor

Column = Literal["todo", "doing", "done"]
FIRST: Final = (("Write the tree", "done"), ("Bind the data", "doing"), ("Ship it", "todo"))


class AddParams(BaseModel):
    """A card to make; it comes last in its column."""

    title: str = Field(min_length=1, max_length=200)
    column: Column = "todo"


class MoveParams(BaseModel):
    """Where a card goes: a column, and its place there from 0; without one it comes last."""

    id: int
    column: Column
    place: int | None = Field(default=None, ge=0)


def list_cards(call: FunctionCall) -> ActionResult:
    """The cards, in their columns' order."""
    return ActionResult(True, [_show(card) for card in _cards(call.actor)])


def add_card(call: FunctionCall) -> ActionResult:
    """Put a card on the board."""
    column = [card for card in _cards(call.actor) if card.column == call.params.column]
    position = max((card.position for card in column), default=-1) + 1
    card = Card.add(call.actor, title=call.params.title, column=call.params.column, position=position)
    return ActionResult(True, _show(card))


def move_card(call: FunctionCall) -> ActionResult:
    """Move a card, and number the others of its new column anew."""
    params: MoveParams = call.params
    cards = {card.pk: card for card in Card.of(call.actor).select_for_update()}
    card = cards.get(params.id)
    if card is None:
        return ActionResult(False, error=f"There is no card {params.id}.")
    others = [one for one in cards.values() if one.column == params.column and one.pk != card.pk]
    place = len(others) if params.place is None else min(params.place, len(others))
    column = [*others[:place], card, *others[place:]]
    for position, one in enumerate(column):
        one.column, one.position = params.column, position
    Card.objects.bulk_update(column, ["column", "position"])
    return ActionResult(True, _show(card))


def _cards(actor: Actor) -> list[Card]:
    if actor.can_write and not Card.of(actor).exists():
        for title, column in FIRST:
            Card.add(actor, title=title, column=column, position=0)
    return list(Card.of(actor))


def _show(card: Card) -> dict[str, Any]:
    return {"id": card.pk, "title": card.title, "column": card.column}


def register() -> None:
    """Let apps keep a board."""
    register_function("tasks.list", description="List the cards of the board.", run=list_cards)
    register_function(
        "tasks.add", description="Put a card on the board.", run=add_card, params_model=AddParams, effect="write"
    )
    register_function(
        "tasks.move", description="Move a card on the board.", run=move_card, params_model=MoveParams, effect="write"
    )
