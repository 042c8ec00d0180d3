"""Stage: actions. What is held while something that hangs on a place of a widget is written."""

from __future__ import annotations

from sandbox.frames.access import get_place
from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import WidgetInstance


def lock_place(actor: Actor, instance: WidgetInstance) -> WidgetInstance:
    """The place as it is now, its row held until the transaction ends. Raises as `get_place`."""
    rows = WidgetInstance.objects.select_for_update(no_key=True).filter(pk=instance.pk)
    if rows.first() is None:
        raise not_found("panel")
    return get_place(actor, instance.pk)
