"""Check every installed manifest against today's rules."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from widgets_manager.widgets.actions.revalidation import revalidate
from widgets_manager.widgets.models import InstalledWidget


class Command(BaseCommand):
    """Prints one line a fault; exit code 1 when there is one."""

    help = "Check every installed manifest against today's rules."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check all, report, change nothing."""
        faults = 0
        widgets = InstalledWidget.objects.select_related("tenant").order_by("tenant__slug", "slug")
        for widget in widgets.iterator():
            for problem in revalidate(widget):
                faults += 1
                self.stdout.write(
                    f"{widget.tenant.slug}/{widget.slug} ({widget.pk}): {problem.path}: {problem.message}"
                )
        self.stderr.write(f"{widgets.count()} manifests checked, {faults} faults.")
        if faults:
            raise CommandError(f"{faults} faults found.")
