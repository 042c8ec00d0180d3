"""Stage: actions. A confirmation is answered once: claimed before its action runs, given back when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.unit_of_work import commit_mark, unit_of_work
from widgets_manager.sessions.access import unknown_widget
from widgets_manager.sessions.actions.locking import lock_session
from widgets_manager.sessions.events import WidgetRender, emit_to_session
from widgets_manager.sessions.hosting import follow_up
from widgets_manager.sessions.models import MountedWidget, WidgetSession
from widgets_manager.sessions.questions import Answer
from widgets_manager.sessions.serializers import show_mounted

_PATIENCE: Final = timedelta(minutes=2)


def claim_answer(*, actor: Actor, widget: MountedWidget, answer: Answer) -> None:
    """Mark the question as answered, for everybody. Raises Conflict ALREADY_ANSWERED for the second who tries.

    One whose action has not come to an end for two minutes may be answered again: the process behind it died.
    """
    with _not_the_write_itself(), unit_of_work():
        session = lock_session(actor, widget.session_id)
        row = _open(widget)
        if row is None:
            raise unknown_widget(session.pk, widget.widget_id, widget.app)
        now = _now()
        known = row.answers.get(answer.key) or (None if row.answers else row.answered)
        if known is not None and not _is_abandoned(known, now):
            raise Conflict(f"This was answered already: {known['label']}.", code="ALREADY_ANSWERED")
        at = now.isoformat()
        _set(session, row, answer.key, {"label": answer.label, "at": at, "agreed": answer.agreed, "pending": at})
        record_audit(actor=actor, action="session.answer", target=row, session=str(session.pk), answer=answer.label)


def take_back_answer(*, actor: Actor, widget: MountedWidget, answer: Answer) -> None:
    """The action failed: the question stands again, unless the widget was closed meanwhile."""
    with _not_the_write_itself(), unit_of_work():
        session = lock_session(actor, widget.session_id)
        row = _open(widget)
        if row is not None:
            _set(session, row, answer.key, None)


def keep_answer(*, actor: Actor, widget: MountedWidget, answer: Answer) -> None:
    """The action was done: the answer stays."""
    with unit_of_work():
        session = lock_session(actor, widget.session_id)
        row = _open(widget)
        known = row.answers.get(answer.key) if row is not None else None
        if row is not None and known is not None:
            _set(session, row, answer.key, {name: value for name, value in known.items() if name != "pending"})


def tell_agent(*, actor: Actor, widget: MountedWidget, text: str, payload: dict[str, Any]) -> None:
    """Let the agent know, in the person's name."""
    with unit_of_work():
        follow_up(actor, lock_session(actor, widget.session_id).pk, text=text, payload=payload)


@contextmanager
def _not_the_write_itself() -> Iterator[None]:
    """A click that is refused afterwards may be sent again with its key: the claim does not count as its effect."""
    token = commit_mark.set(None)
    try:
        yield
    finally:
        commit_mark.reset(token)


def _open(widget: MountedWidget) -> MountedWidget | None:
    """The widget as it is now; None when it was closed."""
    return MountedWidget.objects.select_related("app").filter(pk=widget.pk, closed_at=None).first()


def _now() -> datetime:
    """The database's clock, the same for every server process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def _is_abandoned(answer: dict[str, Any], now: datetime) -> bool:
    since = answer.get("pending")
    return since is not None and now - datetime.fromisoformat(since) > _PATIENCE


def _set(session: WidgetSession, row: MountedWidget, key: str, answer: dict[str, Any] | None) -> None:
    others = {name: known for name, known in row.answers.items() if name != key}
    row.answers = others if answer is None else others | {key: answer}
    first = min(row.answers.values(), key=lambda one: str(one["at"]), default=None)
    row.answered = {"label": first["label"], "at": first["at"]} if first else None
    row.save(update_fields=["answered", "answers"])
    emit_to_session(session, WidgetRender(widget=show_mounted(row)))
