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
from widgets_manager.core.exceptions import ApiError, NotFound
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
