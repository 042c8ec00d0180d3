"""Stage: commands. `manage.py widgets_lint PATH`: check an app, a tree or a payload before an install."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from widgets_manager.core.exceptions import ApiError
from widgets_manager.declarative.lint import NothingToLint, line_of, lint_path, summary


class Command(BaseCommand):
    """Says everything that is wrong, a line for each error; needs no database."""

    help = (
        "Check a folder or zip with app.yaml, or a single YAML or JSON document. Exits with 1 where there are errors."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One path."""
        parser.add_argument("path", help="a folder, a zip, app.yaml, a widget, a tree, or a payload to import")

    def handle(self, *args: Any, **options: Any) -> None:
        """Warnings and errors, a line each, or the summary, all on standard output."""
        try:
            checked = lint_path(Path(options["path"]))
        except (OSError, NothingToLint, ApiError) as error:
            self.stdout.write(_sentence(error, options["path"]))
            sys.exit(1)
        for problem in checked.warnings:
            self.stdout.write(line_of(problem, warning=True))
        for problem in checked.errors:
            self.stdout.write(line_of(problem))
        if checked.errors:
            sys.exit(1)
        self.stdout.write(f"{options['path']} is valid: {summary(checked)}.")


def _sentence(error: Exception, path: str) -> str:
    """Why nothing can be checked, in one line."""
    if isinstance(error, FileNotFoundError):
        return f"There is no file or folder {path}."
    if isinstance(error, OSError):
        return f"{path} cannot be read: {error.strerror}."
    return " ".join(str(error).split())
