"""Stage: actions. Files of conversations: uploaded, then said with a message, or forgotten after a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, BinaryIO, Final

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from chat.conversations.models import Attachment, Conversation, Message, Participant
from chat.conversations.sniffing import look_at
from widgets_manager.core.access import not_found, parse_id
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files.actions import open_blob, store_blob
from widgets_manager.files.models import Blob
from widgets_manager.sessions.actions.files import plain_name

MAX_FILES: Final = 10
MAX_UNSENT: Final = 50  # files of one person that no message said yet
MAX_TENANT_FILES: Final = 400  # of the largest size, in the conversations of an organisation
UNSENT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A stored file that is to be said with a message, under a name."""

    blob: Blob
    name: str


def upload_attachment(*, actor: Actor, conversation: Conversation, name: str, stream: IO[bytes]) -> Attachment:
    """Store a file to be said with a later message. Members only.

    Raises TooLarge (413), InvalidInput for an empty one, Conflict LIMIT for more than is kept.
    """
    _require_room(actor)
    max_bytes = settings.WIDGET_FILE_MB * 1_000_000
    blob = store_blob(actor=actor, media_type="application/octet-stream", stream=stream, max_bytes=max_bytes)
    if not blob.size:
        raise InvalidInput("file: is empty", path="file")
    with unit_of_work():
        sender = conversation.participants.get(kind=Participant.Kind.USER, user=actor.user)
        row = _attach(conversation, sender, GivenFile(blob, name))
        record_audit(actor=actor, action="attachment.upload", target=row, conversation=str(conversation.pk))
    return row


def drop_attachment(*, actor: Actor, attachment: Attachment) -> None:
    """Take back a file of one's own that was not said yet. Raises NotFound."""
    with unit_of_work():
        deleted, _ = Attachment.objects.filter(pk=attachment.pk, message__isnull=True, sender__user=actor.user).delete()
        if not deleted:
            raise not_found("attachment")
        record_audit(actor=actor, action="attachment.drop", target=attachment)


def say_with(message: Message, ids: Sequence[object]) -> None:
    """Give the message its sender's uploaded files, in this order. Raises NotFound for others' files."""
    check_count(len(ids))
    if len({str(one) for one in ids}) != len(ids):
        raise InvalidInput("attachments: names a file twice", path="attachments")
    keys = [parse_id(one, "attachment") for one in ids]
    own = Attachment.objects.select_for_update(no_key=True).filter(
        conversation=message.conversation_id, sender=message.sender_id, message__isnull=True, pk__in=keys
    )
    rows = {row.pk: row for row in own}
    for position, key in enumerate(keys):
        if key not in rows:
            raise not_found("attachment")
        rows[key].message, rows[key].position = message, position
    Attachment.objects.bulk_update(rows.values(), ["message", "position"])


def attach_given(message: Message, files: Sequence[GivenFile]) -> None:
    """Make attachments of stored files."""
    check_count(len(files))
    for position, given in enumerate(files):
        _attach(message.conversation, message.sender, given, message, position)


def check_count(count: int) -> None:
    """Raise InvalidInput for more files than a message has."""
    if count > MAX_FILES:
        raise InvalidInput(f"attachments: at most {MAX_FILES} files with a message", path="attachments")


def forget_unsent() -> int:
    """Delete uploads that no message came for within a day; returns how many."""
    return Attachment.objects.filter(message__isnull=True, created_at__lt=timezone.now() - UNSENT_FOR).delete()[0]


def open_attachment(row: Attachment) -> BinaryIO:
    """Its bytes. Raises NotFound when they are gone from the disk."""
    return open_blob(row.blob)


def _require_room(actor: Actor) -> None:
    ours = Attachment.objects.filter(tenant=actor.tenant)
    if ours.filter(message__isnull=True, sender__user=actor.user).count() >= MAX_UNSENT:
        raise Conflict(f"{MAX_UNSENT} of your files were not sent yet: send or remove them first.", code="LIMIT")
    most = MAX_TENANT_FILES * settings.WIDGET_FILE_MB
    if (ours.aggregate(size=Sum("size"))["size"] or 0) >= most * 1_000_000:
        raise Conflict(
            f"The conversations of {actor.tenant.name} have files of {most:,} MB: no more are kept.", code="LIMIT"
        )


def _attach(
    conversation: Conversation,
    sender: Participant,
    given: GivenFile,
    message: Message | None = None,
    position: int = 0,
) -> Attachment:
    name = plain_name(given.name)
    with open_blob(given.blob) as file:
        looked = look_at(file, name)
    return Attachment.objects.create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        message=message,
        sender=sender,
        blob=given.blob,
        name=name,
        mime=looked.mime,
        size=given.blob.size,
        width=looked.width,
        height=looked.height,
        position=position,
    )
