"""A web server that kills itself (SIGKILL) at one step of the gateway, as often as it is asked to live again.

Run as `python -m tests.agents.mortal FD`: each line on standard input names the step (or nothing, to live on); a child
that has loaded everything already serves until it is dead, and a line on standard output says so. The last line of
input ends it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import uvicorn

# Where it dies: in which module's function, and whether before or after what that does.
STEPS = {
    "before it is there": ("chat.agents.hub", "take_presence", "before"),
    "once it is there": ("chat.agents.hub", "take_presence", "after"),
    "messages were read": ("chat.agents.hub", "read_pending", "after"),
    "a frame was sent": ("chat.agents.consumers:AgentConsumer", "send", "after"),
    "before an acknowledgement is noted": ("chat.agents.hub", "acknowledge", "before"),
    "once an acknowledgement is noted": ("chat.agents.hub", "acknowledge", "after"),
    "before a message is taken": ("chat.agents.consumers", "receive_message", "before"),
    "once a message is taken": ("chat.agents.consumers", "receive_message", "after"),
}


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def mortal(work: Callable[..., Any], when: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            die()
        result = work(*args, **kwargs)
        die()
        return result

    async def send(*args: Any, **kwargs: Any) -> None:
        await work(*args, **kwargs)
        die()

    return send if work.__name__ == "send" else call


def serve(listener: int, step: str) -> None:
    from config.asgi import application

    if step:
        place, name, when = STEPS[step]
        module, _, kind = place.partition(":")
        holder = getattr(import_module(module), kind) if kind else import_module(module)
        setattr(holder, name, mortal(getattr(holder, name), when))
    uvicorn.run(application, fd=listener, lifespan="off", log_config=None, access_log=False)


def main() -> None:
    import config.asgi  # noqa: F401  (loaded once, for every child)

    for line in sys.stdin:
        child = os.fork()
        if not child:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # die with the parent
            serve(int(sys.argv[1]), line.strip())
            os._exit(0)
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main()
