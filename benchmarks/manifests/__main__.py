"""`python -m benchmarks.manifests`: the manifest endpoint beside a trivial async view, and its parts.

One web process; the views take turns, five times; a ratio is that of the best turns, of CPU per request (utime +
stime of the web process) and of seconds per request. About forty seconds.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.environment import Ratio, servers, show
from benchmarks.manifests.load import post, send_all
from config.embedded.processes import end, spawn
from config.embedded.supervisor import listen

TURNS = 5
REQUESTS = 600
COLD_USERS = 60
BOARDS = 4
PATH = "/api/chat/manifests"


@contextmanager
def web_process() -> Iterator[tuple[int, int]]:
    """One uvicorn as the supervisor starts it; the values are port and process id."""
    with listen("127.0.0.1", 0) as listener:
        number = listener.fileno()
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--fd", str(number), "--lifespan", "off"]
        process = spawn([*command, "--log-level", "warning", "--no-access-log"], pass_fds=(number,))
        try:
            yield listener.getsockname()[1], process.pid
        finally:
            end(process, signal.SIGTERM, 5)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def turn(port: int, pid: int, requests: list[bytes]) -> tuple[float, float]:
    """CPU and wall seconds per request."""
    cpu, wall = cpu_seconds(pid), time.perf_counter()
    asyncio.run(send_all(port, requests))
    return (cpu_seconds(pid) - cpu) / len(requests), (time.perf_counter() - wall) / len(requests)


def prepare() -> list[str]:
    """A tenant with a shared dashboard of four boards and sixty members; their tokens."""
    from widgets_manager.core.access import session_actor
    from widgets_manager.core.actions.tenants import create_tenant
    from widgets_manager.core.actions.tokens import create_token
    from widgets_manager.core.models import Membership, User
    from widgets_manager.widgets.actions import installs, instances, workspaces
    from widgets_manager.widgets.samples import sample_manifest

    owner = User.objects.create_user("owner")
    tenant = create_tenant(name="Bench", owner=owner)
    actor = session_actor(owner, tenant.pk)
    text = sample_manifest("task-board")
    assert text is not None
    widget, _ = installs.install_widget(actor=actor, source=installs.from_text(text), tenant_wide=True)
    shared = workspaces.create_workspace(actor=actor, name="Shared", visibility="tenant")
    for _ in range(BOARDS):
        instances.place_widget(actor=actor, workspace=shared, widget=widget)
    users = [User.objects.create_user(f"user{number}") for number in range(COLD_USERS)]
    Membership.objects.bulk_create(Membership(user=user, tenant=tenant) for user in users)
    actors = [session_actor(user, tenant.pk) for user in users]
    return [create_token(actor=one, name="bench", scopes=["chat:manifests"])[1] for one in actors]


def endpoint_rows() -> list[Ratio]:
    """Warm and cold against the trivial view."""
    from widgets_manager.core.redis import sync_redis

    tokens = prepare()
    body = b'{"visiblePanelIds": null}'
    best: dict[str, list[tuple[float, float]]] = {"trivial": [], "warm": [], "cold": []}
    with web_process() as (port, pid):
        trivial = [post(port, "/api/chat/trivial", tokens[0], body)] * REQUESTS
        warm = [post(port, PATH, tokens[0], body)] * REQUESTS
        cold = [post(port, PATH, token, body) for token in tokens]
        asyncio.run(send_all(port, [*trivial[:50], *warm[:50], *cold]))
        for _ in range(TURNS):
            best["trivial"].append(turn(port, pid, trivial))
            best["warm"].append(turn(port, pid, warm))
            sync_redis().flushall()
            best["cold"].append(turn(port, pid, cold))
    cpu = {kind: min(one[0] for one in turns) for kind, turns in best.items()}
    wall = {kind: min(one[1] for one in turns) for kind, turns in best.items()}
    print(f"trivial view: {cpu['trivial'] * 1e3:.2f} ms CPU, {1 / wall['trivial']:.0f} requests/s")
    return [
        Ratio("warm manifest endpoint", cpu["warm"] / cpu["trivial"], 1.5, "CPU per request"),
        Ratio("warm manifest endpoint", wall["warm"] / wall["trivial"], 1.5, "time per request, 8 connections"),
        Ratio("cold manifest endpoint", cpu["cold"] / cpu["trivial"], 3.0, "CPU per request"),
        Ratio("cold manifest endpoint", wall["cold"] / wall["trivial"], 3.0, "time per request, 8 connections"),
    ]


def best_of(work: Callable[[], object], repeat: int) -> float:
    """Seconds of one call, the best of five rounds."""
    rounds = []
    for _ in range(TURNS):
        start = time.perf_counter()
        for _ in range(repeat):
            work()
        rounds.append((time.perf_counter() - start) / repeat)
    return min(rounds)


def part_rows() -> list[Ratio]:
    """Validation beside reading the same JSON; prompt building by the number of panels."""
    import json

    import orjson

    from widgets_manager.packages.validation import validate_manifest
    from widgets_manager.widgets.panel import Panel
    from widgets_manager.widgets.prompts import build_prompt_section
    from widgets_manager.widgets.samples import sample_manifest

    text = sample_manifest("task-board")
    assert text is not None
    manifest = json.loads(text)
    reading = best_of(lambda: json.loads(text), 500)
    validation = best_of(lambda: validate_manifest(manifest), 500)
    print(
        f"validation of a {len(orjson.dumps(manifest)) / 1000:.1f} KB manifest: {validation * 1e6:.0f} µs (target 50)"
    )
    rows = [Ratio("validation", validation / reading, None, "of json.loads of the same manifest")]
    base = 0.0
    for count in (10, 100, 1000):
        panels = [Panel(f"board-{n}", "board", "taskboard", "Task Board", "A", manifest) for n in range(count)]
        taken = best_of(partial(build_prompt_section, panels), max(1, 300 // count)) / count
        base = base or taken
        note = f"per panel, of the one with 10; {taken * count * 1e3:.1f} ms"
        rows.append(Ratio(f"prompt for {count} installed widgets", taken / base, None, note))
    return rows


def main() -> None:
    """Start the servers, measure, print."""
    with servers("benchmarks.manifests.settings"):
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        show([*endpoint_rows(), *part_rows()])


if __name__ == "__main__":
    main()
