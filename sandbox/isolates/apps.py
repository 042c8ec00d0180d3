"""The room of isolates: plugins' code runs in processes of a service of its own, which this room starts and asks."""

from django.apps import AppConfig


class IsolatesConfig(AppConfig):
    """Registers the system checks, and the service's part of /readyz where there is a service."""

    name = "sandbox.isolates"
    label = "isolates"
    verbose_name = "Isolates"

    def ready(self) -> None:
        """Fill the registries of the rooms below."""
        from django.conf import settings

        from sandbox.isolates import checks
        from widgets_manager.jobs import health

        if settings.ISOLATES_SOCKET:
            health.CHECKS["isolates"] = checks.service_answers
