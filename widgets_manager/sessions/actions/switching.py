"""Stage: actions. An app that is switched off, or goes, takes its widgets from every conversation that is open.

Nothing is written: what is mounted is shown as long as its app is enabled, and goes with its rows.
"""

from __future__ import annotations

from widgets_manager.sessions.access import mounted_of
from widgets_manager.sessions.events import WidgetClose, WidgetRender, emit_to_session
from widgets_manager.sessions.serializers import show_mounted
from widgets_manager.widgets.models import InstalledWidget


def switch_app(app: InstalledWidget, on: bool) -> None:
    """Announce that the widgets of an app are there again, or gone, in every session; runs in a unit of work."""
    for row in mounted_of(app):
        gone = WidgetClose(widget_id=row.widget_id, app=str(app.pk))
        emit_to_session(row.session, WidgetRender(widget=show_mounted(row)) if on else gone)
