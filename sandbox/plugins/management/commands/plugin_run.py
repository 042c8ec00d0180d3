"""Stage: commands. `manage.py plugin_run PATH --input JSON`: run a plugin once, without installing it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sandbox.isolates.exceptions import IsolateError
from sandbox.plugins.trying import try_plugin
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.management.command import find_user
from widgets_manager.core.strict_json import parse_json

_MAX_INPUT = 1_000_000


class Command(BaseCommand):
    """Prints one JSON object; ends with 1 when the run failed, or did not come about."""

    help = "Run a plugin once: its tool, or an action of its widget. Nothing of it stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The plugin, what it is given, and as whom."""
        parser.add_argument("path", type=Path, help="a .pie file, a zip, or a folder with plugin.pie or manifest.json")
        parser.add_argument("--input", default="{}", help="JSON: the tool's arguments, or the action's payload")
        parser.add_argument("--action", help="an action of its widget, in place of its tool")
        parser.add_argument("--user", help="username of the person it runs as; somebody made up when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print, and end with the outcome."""
        user = find_user(options["user"]) if options["user"] else None
        try:
            given = parse_json(options["input"], max_bytes=_MAX_INPUT)
            if not isinstance(given, dict):
                raise CommandError("--input: must be a JSON object")
            shown = try_plugin(options["path"], given, user=user, action=options["action"])
        except OSError as error:
            raise CommandError(f"{options['path']}: {error.strerror or 'cannot be read'}") from None
        except ApiError as error:
            shown = {"ok": False, **error.as_dict()}
        except IsolateError as error:
            shown = {"ok": False, "error": {"code": error.code, "message": error.message}}
        self.stdout.write(json.dumps(shown, ensure_ascii=False))
        if not shown["ok"]:
            sys.exit(1)
