"""The room of outbound HTTP: nothing else in the application opens a connection to an address from outside."""

from django.apps import AppConfig


class EgressConfig(AppConfig):
    """Registers the system check on FETCH_ALLOW_HOSTS."""

    name = "widgets_manager.egress"
    label = "egress"
    verbose_name = "Outbound HTTP"

    def ready(self) -> None:
        """Load the checks."""
        from widgets_manager.egress import checks  # noqa: F401  (importing registers)
