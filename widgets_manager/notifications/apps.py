"""The room of notifications: what people are told beside what they look at."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Adds its part to every person's own stream."""

    name = "widgets_manager.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Fill the registry of the room below; its housekeeping is on the calendar of `widgets_manager.jobs`."""
        from widgets_manager.live.builtin_streams import add_user_snapshot
        from widgets_manager.notifications.access import show_unread

        add_user_snapshot("notifications", show_unread)
