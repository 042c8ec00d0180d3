"""Stage: actions. Files that people give to widgets."""

from __future__ import annotations

import re
from os import SEEK_END
from typing import IO, Final

from django.conf import settings
from django.db.models import QuerySet, Sum

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files.actions import store_blob
from widgets_manager.packages.validation import strip_unseen
from widgets_manager.sessions.actions.locking import lock_session
from widgets_manager.sessions.limits import MAX_SESSION_FILES, MAX_TENANT_FILES
from widgets_manager.sessions.models import SessionFile, WidgetSession
from widgets_manager.widgets.models import InstalledWidget

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_SEPARATORS: Final = re.compile(r"[\\/:]+")


def store_file(
    *,
    actor: Actor,
    app: InstalledWidget | None,
    session_id: object,
    name: str,
    media_type: str,
    stream: IO[bytes],
) -> SessionFile:
    """Keep a file of a session, or with session None of the actor alone.

    Members only. Raises NotFound, TooLarge, Conflict LIMIT where the conversation, the person's files without one, or
    the organisation would have more than is kept.
    """
    actor.require_role(Role.MEMBER, "giving files to widgets")
    kind = media_type.partition(";")[0].strip().lower()
    with unit_of_work():
        session = lock_session(actor, session_id) if session_id is not None else None
        _require_room(actor, session, stream)
        blob = store_blob(
            actor=actor,
            media_type=kind if _MEDIA_TYPE.fullmatch(kind) and len(kind) <= 100 else "application/octet-stream",
            stream=stream,
            max_bytes=settings.WIDGET_FILE_MB * 1_000_000,
        )
        row = SessionFile.objects.create(
            tenant=actor.tenant, session=session, app=app, user=actor.user, blob=blob, name=plain_name(name)
        )
        record_audit(actor=actor, action="session.file", target=row, name=row.name, size=blob.size)
    return row


def _require_room(actor: Actor, session: WidgetSession | None, stream: IO[bytes]) -> None:
    """Before anything is written: of one too large by itself the store says so."""
    size = min(stream.seek(0, SEEK_END), settings.WIDGET_FILE_MB * 1_000_000)
    stream.seek(0)
    ours = SessionFile.objects.filter(tenant=actor.tenant)
    own = ours.filter(session=session) if session else ours.filter(session=None, user=actor.user)
    whose = "This conversation has" if session else "Without a conversation, you have"
    _require_fit(own, size, MAX_SESSION_FILES, whose)
    _require_fit(ours, size, MAX_TENANT_FILES, "Your organisation has")


def _require_fit(rows: QuerySet[SessionFile], size: int, files: int, whose: str) -> None:
    used = rows.aggregate(size=Sum("blob__size"))["size"] or 0
    if used + size > (most := files * settings.WIDGET_FILE_MB * 1_000_000):
        message = f"{whose} files of {_megabytes(used)} in widgets; with this one of {_megabytes(size)} they would"
        raise Conflict(f"{message} have more than the {_megabytes(most)} that are kept.", code="LIMIT", path="file")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f}".removesuffix(".0") + " MB"


def plain_name(name: str) -> str:
    """The last part of a file's name, on one line, of at most 255 characters with its ending."""
    last = _SEPARATORS.split(strip_unseen(" ".join(name.split())))[-1].strip(" .") or "file"
    stem, dot, ending = last.rpartition(".")
    if len(last) <= 255:
        return last
    return f"{stem[: 254 - len(ending)]}{dot}{ending}" if dot and len(ending) < 20 else last[:255]
