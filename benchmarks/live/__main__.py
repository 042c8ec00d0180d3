"""`python -m benchmarks.live`: one change to 100 and to 500 sockets, beside a bare channel-layer group in the same run.

Both kinds take turns, five times ten messages each; the ratio is that of the best turns. Times are from before the
write (for live: a transaction) to the arrival at each socket. About a minute.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.environment import servers
from benchmarks.live import BARE_GROUP
from config.embedded.processes import end, spawn
from config.embedded.supervisor import listen

SIZES = (100, 500)
TURNS = 5
MESSAGES = 10
PAUSE = 0.25  # seconds between two messages
WEB_PROCESSES = 2
TARGET = 150.0  # milliseconds, p99 to 500 sockets (architecture.md)

Times = dict[int, float]


@dataclass(frozen=True)
class Row:
    """Milliseconds to `sockets` sockets: all deliveries of live, and the ratios of the best turns to the bare group."""

    sockets: int
    p50: float
    p99: float
    bare_p50: float
    bare_p99: float
    ratio_p50: float
    ratio_p99: float


@contextmanager
def web_processes() -> Iterator[int]:
    """As the supervisor starts them: single-process servers on one inherited socket; the value is the port."""
    with listen("127.0.0.1", 0) as listener:
        number = listener.fileno()
        command = [sys.executable, "-m", "uvicorn", "benchmarks.live.application:application", "--fd", str(number)]
        command += ["--lifespan", "off", "--log-level", "warning", "--log-config", "config/uvicorn-logs.json"]
        started = [spawn(command, pass_fds=(number,)) for _ in range(WEB_PROCESSES)]
        try:
            yield listener.getsockname()[1]
        finally:
            for process in started:
                end(process, signal.SIGTERM, 5)


def measure(port: int, sockets: int) -> Row:
    """Open the sockets, let both kinds take turns, and gather what arrived when."""
    from widgets_manager.core.actions.tenants import create_tenant
    from widgets_manager.core.actions.tokens import create_token
    from widgets_manager.core.actor import Actor
    from widgets_manager.core.models import Role, User

    owner = User.objects.create_user(f"owner-{sockets}")
    tenant = create_tenant(name=f"Bench {sockets}", owner=owner)
    actor = Actor(user=owner, tenant=tenant, role=Role.OWNER)
    token = create_token(actor=actor, name="bench", scopes=["widgets"])[1]
    command = [sys.executable, "-m", "benchmarks.live.clients", "127.0.0.1", str(port), token, f"tenant:{tenant.pk}"]
    clients = subprocess.Popen(
        [*command, str(sockets)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert clients.stdout is not None
    assert clients.stdout.readline() == "ready\n"
    sent = [send_turn(actor, turn) for turn in range(TURNS + 1)]
    arrived = json.loads(clients.communicate(timeout=60)[0])
    return evaluate(sockets, sent[1:], arrived)  # the first turn warms up


def send_turn(actor: object, turn: int) -> dict[str, Times]:
    """Ten messages of each kind; the moment before each was sent, by its number."""
    from widgets_manager.core.actor import Actor
    from widgets_manager.core.unit_of_work import unit_of_work
    from widgets_manager.live.access_events import AccessChanged
    from widgets_manager.live.events import emit
    from widgets_manager.live.frames import event_frame
    from widgets_manager.live.models import Stream
    from widgets_manager.live.publish import publish
    from widgets_manager.live.streams import StreamName

    assert isinstance(actor, Actor)
    name = StreamName("tenant", actor.tenant_id)
    event = AccessChanged(reason="tenant_changed", user_id=None)
    last = Stream.objects.get(kind="tenant", key=actor.tenant_id).last_number
    sent: dict[str, Times] = {"live": {}, "bare": {}}
    for number in range(last + 1, last + MESSAGES + 1):
        sent["live"][number] = time.perf_counter()
        with unit_of_work():
            emit(name, event, tenant_id=actor.tenant_id)
        time.sleep(PAUSE)
    for number in range(turn * MESSAGES, (turn + 1) * MESSAGES):
        text = event_frame(name, number, event.type, json.dumps(event.data()))
        sent["bare"][number] = time.perf_counter()
        publish([(BARE_GROUP, {"type": "bench.message", "text": text})])
        time.sleep(PAUSE)
    return sent


def evaluate(sockets: int, sent: list[dict[str, Times]], arrived: dict[str, dict[str, list[float]]]) -> Row:
    """Percentiles over all deliveries, and the ratios of the best turns. AssertionError when a frame is missing."""
    turns: dict[str, list[list[float]]] = {"live": [], "bare": []}
    for turn in sent:
        for kind, moments in turn.items():
            times = [1000 * (at - moments[number]) for number in moments for at in arrived[kind][str(number)]]
            assert len(times) == sockets * len(moments), f"{kind}: {len(times)} of {sockets * len(moments)} frames came"
            turns[kind].append(times)
    whole = {kind: [one for part in parts for one in part] for kind, parts in turns.items()}
    best = {
        share: {kind: min(percentile(part, share) for part in parts) for kind, parts in turns.items()}
        for share in (50, 99)
    }
    return Row(
        sockets,
        *(percentile(whole[kind], share) for kind in ("live", "bare") for share in (50, 99)),
        *(best[share]["live"] / best[share]["bare"] for share in (50, 99)),
    )


def percentile(times: list[float], share: int) -> float:
    return statistics.quantiles(times, n=100)[share - 1]


def run() -> list[Row]:
    """All sizes, on servers of its own."""
    with servers():
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        with web_processes() as port:
            rows = [measure(port, sockets) for sockets in SIZES]
        connection.close()
        return rows


def main() -> int:
    rows = run()
    for row in rows:
        print(
            f"live fan-out to {row.sockets} sockets   p50 {row.ratio_p50:.2f} x   p99 {row.ratio_p99:.2f} x   "
            f"(live {row.p50:.0f} / {row.p99:.0f} ms, bare group {row.bare_p50:.0f} / {row.bare_p99:.0f} ms)"
        )
    missed = rows[-1].p99 > TARGET
    print(f"target: p99 to {rows[-1].sockets} sockets at most {TARGET:.0f} ms: {'MISSED' if missed else 'met'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
