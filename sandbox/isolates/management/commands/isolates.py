"""Stage: commands. Show the service that runs plugins' code: what runs and waits, what was killed, the fences."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sandbox.isolates.client import service_state
from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.fences import Report


class Command(BaseCommand):
    """`manage.py isolates [--json]`; ends with status 1 when the service does not answer."""

    help = "Show the service that runs plugins' code on this host: runs, queue, kills and their reasons, fences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--json for programs."""
        parser.add_argument("--json", action="store_true", help="one JSON object, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and print."""
        try:
            state = service_state()
        except IsolateError as error:
            raise CommandError(error.message) from None
        self.stdout.write(json.dumps(state) if options["json"] else "\n".join(_lines(state)))


def _lines(state: dict[str, Any]) -> Iterator[str]:
    for lane, name in (("actions", "actions"), ("heavy", "background runs")):
        running, places, waiting = (state[part][lane] for part in ("running", "places", "waiting"))
        yield f"{name}: {running} of {places} places taken, {waiting} waiting"
    children = state["children"]
    yield f"processes: {children['all']}, of these {children['blank']} ready, {children['warm']} with a plugin"
    yield f"so far: {state['finished']} finished ({state['warm']} in a warm process), {state['refused']} refused"
    yield "killed while running: " + (_counts(state["killed"]) or "none")
    yield "replaced: " + (_counts(state["retired"]) or "none")
    yield f"longest wait: {state['longest_wait']:g} s"
    if state["fences"]:
        yield from Report(**state["fences"]).lines


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} × {reason}" for reason, count in sorted(counts.items()))
