"""The room of streams, events and the WebSocket."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Registers the two streams that need no other room: one's own and the organisation's."""

    name = "widgets_manager.live"
    label = "live"
    verbose_name = "Live events"

    def ready(self) -> None:
        """Register stream kinds and listen to changes of access."""
        from widgets_manager.live import builtin_streams, receivers

        builtin_streams.register()
        receivers.connect()
