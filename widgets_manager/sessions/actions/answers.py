"""Stage: actions. A confirmation is answered once: claimed before its action runs, given back when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

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


def claim_answer(*, actor: Actor, widget: MountedWidget, answer: Answer) -> None:
    """Mark the question as answered, for everybody. Raises Conflict ALREADY_ANSWERED for the second who tries."""
    with _not_the_write_itself(), unit_of_work():
        session = lock_session(actor, widget.session_id)
        row = _fresh(session, widget)
        if row.answered is not None:
            raise Conflict(f"This was answered already: {row.answered['label']}.", code="ALREADY_ANSWERED")
        _set(session, row, {"label": answer.label, "at": timezone.now().isoformat()})
        record_audit(actor=actor, action="session.answer", target=row, session=str(session.pk), answer=answer.label)


def take_back_answer(*, actor: Actor, widget: MountedWidget) -> None:
    """The action failed: the question stands again."""
    with _not_the_write_itself(), unit_of_work():
        session = lock_session(actor, widget.session_id)
        _set(session, _fresh(session, widget), None)


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


def _fresh(session: WidgetSession, widget: MountedWidget) -> MountedWidget:
    row = MountedWidget.objects.select_related("app").filter(pk=widget.pk, closed_at=None).first()
    if row is None:
        raise unknown_widget(session.pk, widget.widget_id, widget.app)
    return row


def _set(session: WidgetSession, row: MountedWidget, answered: dict[str, Any] | None) -> None:
    row.answered = answered
    row.save(update_fields=["answered"])
    emit_to_session(session, WidgetRender(widget=show_mounted(row)))
