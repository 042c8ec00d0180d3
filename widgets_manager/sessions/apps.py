"""The room of sessions: what is mounted and kept in one conversation, and the actions of its widgets."""

from django.apps import AppConfig

_DAY = 24 * 3600


class SessionsConfig(AppConfig):
    """Registers the session stream, the files that people gave to widgets, what follows apps, and the housekeeping."""

    name = "widgets_manager.sessions"
    label = "widget_sessions"
    verbose_name = "Widget sessions"

    def ready(self) -> None:
        """Open the stream; keep the files; follow apps; put the housekeeping on the calendar."""
        from widgets_manager.apps.switching import register_app_switch
        from widgets_manager.files.references import register_blob_references
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.live.streams import register_stream_kind
        from widgets_manager.sessions import snapshot
        from widgets_manager.sessions.actions import housekeeping
        from widgets_manager.sessions.actions.switching import switch_app
        from widgets_manager.sessions.models import SessionFile

        register_stream_kind("session", authorize=snapshot.authorize, snapshot=snapshot.snapshot)
        register_app_switch(switch_app)
        register_blob_references("session_files", lambda: SessionFile.objects.values("blob_id"))
        register_periodic("widget_sessions.closed_widgets", _DAY, housekeeping.delete_closed_widgets)
        register_periodic("widget_sessions.lone_files", _DAY, housekeeping.delete_lone_files)
