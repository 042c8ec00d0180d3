"""Stage: actions. What is held while a widget's script writes, in the order in which everybody locks rows."""

from __future__ import annotations

from sandbox.frames.access import get_place
from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.actions.workspaces import lock_workspace
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance


def hold_place(actor: Actor, instance: WidgetInstance) -> WidgetInstance:
    """The place as it is now, with its workspace and widget held until the transaction ends. Raises as `get_place`.

    For writes that go on to other rows (an answer, a note, a message): whoever takes the panel away, or moves the
    widget to another version, holds one of the two first, and so cannot wait for such a write in a circle.
    """
    lock_workspace(instance.workspace)
    InstalledWidget.objects.select_for_update(no_key=True).filter(instances=instance.pk).first()
    return get_place(actor, instance.pk)


def lock_place(actor: Actor, instance: WidgetInstance) -> WidgetInstance:
    """The place as it is now, its row alone held: for writes to what hangs on it. Raises as `get_place`."""
    rows = WidgetInstance.objects.select_for_update(no_key=True).filter(pk=instance.pk)
    if rows.first() is None:
        raise not_found("panel")
    return get_place(actor, instance.pk)
