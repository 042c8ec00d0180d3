"""`python -m benchmarks.agents`: a message from a person to an agent and back, with 1, 50 and 200 agents connected.

The time is from before the person's request to the arrival of the agent's answer at the person's page; beside it the
request alone, in a conversation without agents. Then what an idle connection keeps in the web process. About a minute.
"""

from __future__ import annotations

import asyncio
import signal
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.agents.clients import Agent, Scene, Timing, connect_idle, measure
from benchmarks.environment import servers
from config.embedded.processes import end, spawn
from config.embedded.supervisor import listen

SIZES = (1, 50, 200)
ROUNDS = 100
IDLE = 250
WEB_PROCESSES = 2


@contextmanager
def web_processes(count: int) -> Iterator[tuple[int, list[int]]]:
    """As the supervisor starts them: single-process servers on one inherited socket; the port, and their ids."""
    with listen("127.0.0.1", 0) as listener:
        number = listener.fileno()
        command = [sys.executable, "-m", "uvicorn", "benchmarks.live.application:application", "--fd", str(number)]
        command += ["--lifespan", "off", "--log-level", "warning", "--log-config", "config/uvicorn-logs.json"]
        command += ["--ws-max-size", str(4 * 1024 * 1024)]
        started = [spawn(command, pass_fds=(number,)) for _ in range(count)]
        try:
            yield listener.getsockname()[1], [process.pid for process in started]
        finally:
            for process in started:
                end(process, signal.SIGTERM, 5)


def make_scene(agents: int, *, talking: bool = True) -> Scene:
    """An organisation with a person, so many agents of theirs and, if they are `talking`, a conversation with each."""
    from chat.agents.actions.agents import create_agent
    from chat.conversations.actions import create_conversation
    from widgets_manager.core.actions.tenants import create_tenant
    from widgets_manager.core.actions.tokens import create_token
    from widgets_manager.core.actor import Actor
    from widgets_manager.core.models import Role, User

    owner = User.objects.create_user(f"owner-{agents}-{User.objects.count()}")
    tenant = create_tenant(name=f"Bench {agents}", owner=owner)
    actor = Actor(user=owner, tenant=tenant, role=Role.OWNER)
    token = create_token(actor=actor, name="bench", scopes=["widgets"])[1]
    made = []
    for number in range(agents):
        agent, credentials = create_agent(actor=actor, name=f"agent {number}")
        conversation = str(create_conversation(actor=actor, agent_ids=[agent.pk]).pk) if talking else ""
        made.append(Agent(credentials.values["AGENT_TOKEN"], conversation))
    alone = create_conversation(actor=actor, assistant=False, title="alone")
    return Scene(token, str(owner.pk), made, str(alone.pk))


def percentiles(times: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[98]


def show(agents: int, timing: Timing) -> None:
    there_and_back, alone = percentiles(timing.round_trips), percentiles(timing.requests)
    print(
        f"{agents:>3} agents   there and back p50 {there_and_back[0]:6.1f} ms   p99 {there_and_back[1]:6.1f} ms   "
        f"(the request alone {alone[0]:.1f} / {alone[1]:.1f} ms)   "
        f"{timing.at_once:.0f} a second with eight at once",
        flush=True,
    )


def resident(process_id: int) -> int:
    """Bytes of memory that the process holds alone."""
    for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no Private_Dirty")


async def idle_cost(port: int, process_id: int, scene: Scene, path: str) -> float:
    """Kilobytes for each idle connection; the first ones, which make what all share, do not count."""
    async with connect_idle(port, scene.agents[:IDLE], path):
        before = resident(process_id)
        async with connect_idle(port, scene.agents[IDLE:], path):
            return (resident(process_id) - before) / IDLE / 1024


def main() -> int:
    with servers():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        scenes = [make_scene(size) for size in SIZES]
        many = make_scene(2 * IDLE, talking=False)
        with web_processes(WEB_PROCESSES) as (port, _):
            for size, scene in zip(SIZES, scenes, strict=True):
                show(size, asyncio.run(measure(port, scene, ROUNDS)))
        for name, path in (("an agent", "/ws/agent?token={token}"), ("a bare consumer", "/bare/")):
            with web_processes(1) as (port, (process_id,)):
                cost = asyncio.run(idle_cost(port, process_id, many, path))
                print(f"{cost:6.1f} KB for each idle connection of {name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
