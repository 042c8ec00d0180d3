"""Stage: handlers. A plugin that goes leaves its tables behind for thirty days, unless somebody says otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.signals import pre_delete
from django.utils import timezone

from sandbox.plugindb.actions.removal import KEEP_DAYS
from sandbox.plugindb.models import PluginDatabase
from widgets_manager.widgets.models import InstalledWidget


def connect() -> None:
    """Listen to the deletion of installed widgets, in the unit of work of whoever deletes."""
    pre_delete.connect(_keep, sender=InstalledWidget, dispatch_uid="plugindb.keep")


def _keep(sender: object, instance: InstalledWidget, **kwargs: Any) -> None:
    until = timezone.now() + timedelta(days=KEEP_DAYS)
    PluginDatabase.objects.filter(widget=instance).update(widget=None, keep_until=until)
