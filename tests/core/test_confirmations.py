"""Writes that wait for a person's yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.people import Person
from widgets_manager.core.actions.confirmations import (
    decline_confirmation,
    get_confirmation,
    request_confirmation,
    use_confirmation,
)
from widgets_manager.core.exceptions import ApiError, Conflict, NotFound
from widgets_manager.core.models import PendingConfirmation

ARGS = {"panelId": "board-1", "params": {"title": "milk"}}


@pytest.fixture
def pending(alice: Person) -> PendingConfirmation:
    return request_confirmation(actor=alice.actor, action="intent", args=ARGS, summary="Add milk")


def use(person: Person, pending: PendingConfirmation, action: str = "intent", args: Any = ARGS) -> str:
    """The refusal's code, or "" when it worked."""
    try:
        use_confirmation(actor=person.actor, confirmation_id=pending.pk, action=action, args=args)
    except ApiError as error:
        return error.code
    return ""


def test_it_works(alice: Person, pending: PendingConfirmation) -> None:
    assert get_confirmation(actor=alice.actor, confirmation_id=str(pending.pk)).args == ARGS
    assert use(alice, pending) == ""
    assert use(alice, pending) == "CONFIRMATION_USED"


def test_it_holds_for_exactly_these_arguments(alice: Person, pending: PendingConfirmation) -> None:
    other = {"panelId": "board-1", "params": {"title": "milk and wine"}}
    assert use(alice, pending, args=other) == "CONFIRMATION_MISMATCH"
    assert use(alice, pending, action="install") == "CONFIRMATION_MISMATCH"
    assert use(alice, pending) == ""


def test_it_expires(alice: Person, pending: PendingConfirmation) -> None:
    PendingConfirmation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert use(alice, pending) == "CONFIRMATION_EXPIRED"


def test_a_no_is_final(alice: Person, pending: PendingConfirmation) -> None:
    decline_confirmation(actor=alice.actor, confirmation_id=pending.pk)
    assert use(alice, pending) == "CONFIRMATION_USED"


def test_nobody_says_yes_for_somebody_else(bob: Person, charlie: Person, pending: PendingConfirmation) -> None:
    for person in (bob, charlie):
        assert use(person, pending) == "NOT_FOUND"
        with pytest.raises(NotFound):
            decline_confirmation(actor=person.actor, confirmation_id=pending.pk)
        with pytest.raises(NotFound):
            get_confirmation(actor=person.actor, confirmation_id="nonsense")


@pytest.mark.parametrize(
    "value",
    [1, 1.0, 0.1, 1e-7, 1e300, -0.0, 2**53 - 1, True, None, "é", "e\u0301", "🧡", [], {}, [1, [2]], {"a": [1.5]}],
)
def test_every_argument_is_recognised_after_the_database_kept_it(alice: Person, value: Any) -> None:
    args = {"panelId": "p", "params": {"value": value}}
    pending = request_confirmation(actor=alice.actor, action="x", args=args, summary="?")
    assert use_confirmation(actor=alice.actor, confirmation_id=pending.pk, action="x", args=args) == pending


@pytest.mark.parametrize(
    ("asked", "run"),
    [(1, True), (0, False), (1, "1"), ("é", "e\u0301"), ([1, 2], [2, 1]), ({"a": 1}, {"a": 1, "b": None})],
)
def test_what_only_looks_alike_is_something_else(alice: Person, asked: Any, run: Any) -> None:
    pending = request_confirmation(actor=alice.actor, action="x", args={"v": asked}, summary="?")
    with pytest.raises(Conflict, match="other arguments"):
        use_confirmation(actor=alice.actor, confirmation_id=pending.pk, action="x", args={"v": run})
