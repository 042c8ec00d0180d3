"""Stage: tasks. `manage.py live_docs`: bring the reference of events in docs/live.md up to date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from widgets_manager.live.describe import PAGE, page_with_events


class Command(BaseCommand):
    """Rewrites the part between the markers."""

    help = "Write the reference of live events into docs/live.md."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Needs no database."""
        PAGE.write_text(page_with_events(PAGE.read_text()))
        self.stdout.write(f"{PAGE.name} is up to date")
