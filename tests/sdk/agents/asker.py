"""An agent of the Python SDK that asks what it is told to ask, `ask <kind>`, and says the answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from widget_agents import AgentClient, AgentMessage, Cancelled, Expired, Place, Refused

client = AgentClient.from_env()
FORMATS: Any = [{"id": "pdf", "label": "PDF"}, {"id": "md", "label": "Markdown"}]
FIELDS: Any = [
    {"name": "version", "label": "Version", "type": "text", "required": True},
    {"name": "priority", "label": "Priority", "type": "number", "min": 1, "max": 5},
    {"name": "announce", "label": "Announce in chat", "type": "checkbox"},
]
SCOPES = ["once", "session"]


async def files(place: Place) -> list[list[Any]]:
    picked = await client.ask_file_picker(**place, title="Brief?", multiple=True, accept=["text/plain"], max_files=3)
    return [[file.name, file.mime, file.size, (await file.download()).decode()] for file in picked]


async def permission(place: Place) -> list[Any]:
    answer = await client.ask_permission(**place, title="Read ./docs?", scopes=SCOPES)
    return [bool(answer), answer.scope]


async def until_cancelled(place: Place) -> str:
    async with client.progress(**place, title="Working", value=0, cancellable=True) as progress:
        value = 0.0
        while value < 99:
            await progress.update(value := value + 0.01)
            await asyncio.sleep(0.01)
    return "nobody cancelled it"


ASK: dict[str, Callable[[Place], Awaitable[Any]]] = {
    "confirm": lambda place: client.ask_confirm(**place, title="Delete?", danger=True, labels={"yes": "Delete"}),
    "choice": lambda place: client.ask_choice(**place, title="Format?", options=FORMATS),
    "choices": lambda place: client.ask_choice(**place, title="Formats?", options=FORMATS, multi=True),
    "permission": permission,
    "form": lambda place: client.ask_form(**place, title="Release", fields=FIELDS, submitLabel="Start"),
    "datetime": lambda place: client.ask_datetime(**place, title="When?", mode="date", min="2026-05-23"),
    "file-picker": files,
    "progress": until_cancelled,
    "badly": lambda place: client.ask_choice(**place, title="Format?", options=[FORMATS[0], {"label": "no id"}]),  # type: ignore[typeddict-item]  # (wrong on purpose)
    "briefly": lambda place: client.ask_confirm(0.2, **place, title="Now?"),
}


@client.on_message
async def handle(message: AgentMessage, agent: AgentClient) -> None:
    try:
        said: Any = await ASK[message.text.removeprefix("ask ")](message.place)
    except Refused as refusal:
        said = [refusal.code, refusal.path]
    except Cancelled:
        said = "cancelled"
    except Expired:
        said = "expired"
    await agent.reply(message, "= " + json.dumps(said))


client.run()
