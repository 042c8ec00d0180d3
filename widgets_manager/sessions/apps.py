"""The room of sessions: what is mounted and kept in one conversation, and the actions of its widgets."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Registers the session stream."""

    name = "widgets_manager.sessions"
    label = "widget_sessions"
    verbose_name = "Widget sessions"
