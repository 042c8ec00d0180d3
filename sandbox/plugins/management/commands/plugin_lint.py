"""Stage: commands. `manage.py plugin_lint PATH`: check a plugin before an install."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from sandbox.plugins.lint import line_of, lint_path, summary
from widgets_manager.core.exceptions import ApiError


class Command(BaseCommand):
    """Says everything that is wrong, a line for each error; needs no database, and runs nothing of the plugin."""

    help = "Check a plugin: a .pie file, a zip, or a folder with plugin.pie or manifest.json. Exits with 1 on errors."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One path."""
        parser.add_argument("path", type=Path, help="a .pie file, a zip, or a folder with plugin.pie or manifest.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Warnings and errors, a line each, or warnings and the summary, all on standard output."""
        path: Path = options["path"]
        try:
            plugin = lint_path(path)
        except OSError as error:
            self._end(f"{path}: {error.strerror or 'cannot be read'}")
        except ApiError as error:
            self._end(f"{path}: {error.message}")
        if plugin.faults:
            self._end(*map(line_of, plugin.faults))
        for doubt in plugin.warnings:
            self.stdout.write(line_of(doubt, warning=True))
        self.stdout.write(f"{path} is valid: {summary(plugin)}.")

    def _end(self, *lines: str) -> None:
        """Say why, with the exit code 1."""
        for line in lines:
            self.stdout.write(" ".join(line.split()))
        sys.exit(1)
