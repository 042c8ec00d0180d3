"""Stage: actions. Installed manifests against today's rules."""

from __future__ import annotations

from django.conf import settings

from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.validation import slug_of, validate_manifest
from widgets_manager.widgets.models import InstalledWidget


def revalidate(widget: InstalledWidget) -> list[Problem]:
    """Everything wrong with the stored manifest now: its own faults, a foreign slug, a drifted copy."""
    problems = list(validate_manifest(widget.manifest, development=settings.ENVIRONMENT != "production").errors)
    if not problems and slug_of(widget.manifest["panelId"]) != widget.slug:
        problems.append(Problem("panelId", f"does not give the slug '{widget.slug}'"))
    if widget.manifest != widget.package_version.manifest:
        problems.append(Problem("", "differs from its package version"))
    return problems
