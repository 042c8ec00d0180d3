"""Stage: validation. Tickets: what lets a frame open where no session reaches it."""

from __future__ import annotations

import enum
import uuid
from dataclasses import asdict, dataclass
from typing import Final

from django.core import signing

from widgets_manager.core.exceptions import PermissionDenied

LIFETIME: Final = 60  # seconds


class TicketInvalid(PermissionDenied):
    """The ticket is forged, is for another address, or what it was made for is no longer there."""

    code = "TICKET_INVALID"


class TicketExpired(PermissionDenied):
    """The ticket was good for a minute, which is over."""

    code = "TICKET_EXPIRED"


class Purpose(enum.StrEnum):
    """Which document a ticket opens; the salt of its signature."""

    WRAPPER = "sandbox.frames.wrapper"
    WIDGET = "sandbox.frames.widget"


@dataclass(frozen=True, slots=True)
class Mount:
    """One frame of a widget: for whom, of what, in which version; `channel` is the page's name for it.

    A script can read its own address and the ticket in it. So the person is named by the id of their membership, which
    no script can do anything with.
    """

    member: uuid.UUID
    widget: uuid.UUID
    version: uuid.UUID
    channel: uuid.UUID
    instance: uuid.UUID | None = None


def write_ticket(mount: Mount, purpose: Purpose) -> str:
    """A signed ticket for one document, good for LIFETIME as often as it is shown."""
    return signing.dumps({name: value.hex for name, value in asdict(mount).items() if value}, salt=purpose)


def read_ticket(ticket: str, purpose: Purpose) -> Mount:
    """What the ticket is for. Raises TicketExpired and TicketInvalid."""
    try:
        ids: dict[str, str] = signing.loads(ticket, salt=purpose, max_age=LIFETIME)
    except signing.SignatureExpired:
        raise TicketExpired("This frame was asked for more than a minute ago; load the widget again.") from None
    except signing.BadSignature:
        raise TicketInvalid("This address does not come from the application.") from None
    return Mount(**{name: uuid.UUID(hex=value) for name, value in ids.items()})


def names_of(mount: Mount) -> dict[str, str | None]:
    """The ids by which the page and the document know the mount."""
    return {
        "channelId": str(mount.channel),
        "widgetId": str(mount.widget),
        "instanceId": str(mount.instance) if mount.instance else None,
    }
