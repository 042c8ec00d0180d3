"""Stage: handlers. What this room does when an answer goes, whatever it goes with: its person's pages are told."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Model, QuerySet
from django.db.models.signals import pre_delete

from sandbox.frames.events import GrantRemoved
from sandbox.frames.models import Grant
from widgets_manager.live.events import emit
from widgets_manager.widgets.events import user_stream
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

# With a person or an organisation goes the stream, too.
_TOLD: Final = (Grant, WidgetInstance, InstalledWidget, Workspace)


def connect() -> None:
    """Listen to the deletion of answers: of one, or by the database's cascade with what they were given to."""
    pre_delete.connect(_tell, sender=Grant, dispatch_uid="frames.tell_of_removed_grants")


def _tell(sender: object, instance: Grant, origin: Model | QuerySet[Any], **kwargs: Any) -> None:
    """In the unit of work of whoever deletes."""
    if (origin.model if isinstance(origin, QuerySet) else type(origin)) in _TOLD:
        event = GrantRemoved(instance_id=instance.instance_id, permission=instance.permission)
        emit(user_stream(instance.user_id), event, tenant_id=instance.tenant_id)
