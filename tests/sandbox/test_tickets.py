"""Tickets: what they hold, how long they are good, and that nobody makes one."""

from __future__ import annotations

import base64
import time
import uuid
from typing import Any

import pytest
from django.core import signing

from sandbox.frames.tickets import LIFETIME, Mount, Purpose, TicketExpired, TicketInvalid, read_ticket, write_ticket

MOUNT = Mount(*(uuid.uuid4() for _ in range(5)))


def test_it_works() -> None:
    ticket = write_ticket(MOUNT, Purpose.WIDGET)
    assert read_ticket(ticket, Purpose.WIDGET) == MOUNT
    assert read_ticket(ticket, Purpose.WIDGET) == MOUNT, "as often as it is shown"


def test_a_mount_without_a_place() -> None:
    mount = Mount(MOUNT.member, MOUNT.widget, MOUNT.version, MOUNT.channel)
    assert read_ticket(write_ticket(mount, Purpose.WRAPPER), Purpose.WRAPPER) == mount


def test_it_is_good_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, now = write_ticket(MOUNT, Purpose.WIDGET), time.time()
    monkeypatch.setattr(time, "time", lambda: now + LIFETIME - 1)
    assert read_ticket(ticket, Purpose.WIDGET) == MOUNT
    monkeypatch.setattr(time, "time", lambda: now + LIFETIME + 1)
    with pytest.raises(TicketExpired):
        read_ticket(ticket, Purpose.WIDGET)


def test_one_for_the_wrapper_opens_no_widget() -> None:
    for made, shown in ((Purpose.WRAPPER, Purpose.WIDGET), (Purpose.WIDGET, Purpose.WRAPPER)):
        with pytest.raises(TicketInvalid):
            read_ticket(write_ticket(MOUNT, made), shown)


def _with_another_widget(ticket: str) -> str:
    body, _, rest = ticket.partition(":")
    padded = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    changed = padded.replace(MOUNT.widget.hex.encode(), uuid.uuid4().hex.encode())
    return f"{base64.urlsafe_b64encode(changed).decode().rstrip('=')}:{rest}"


@pytest.mark.parametrize(
    "change",
    [
        lambda ticket: "",
        lambda ticket: "x",
        lambda ticket: "::",
        lambda ticket: "é\x00:1:x",
        lambda ticket: ticket[:-1],
        lambda ticket: ticket + "x",
        _with_another_widget,
        lambda ticket: signing.dumps({"widget": MOUNT.widget.hex}, salt="another"),
        lambda ticket: signing.dumps({"widget": MOUNT.widget.hex}, key="another", salt=Purpose.WIDGET),
    ],
)
def test_what_nobody_signed_is_refused(change: Any) -> None:
    with pytest.raises(TicketInvalid):
        read_ticket(change(write_ticket(MOUNT, Purpose.WIDGET)), Purpose.WIDGET)
