"""The samples of the published client's guide as they stand there, with its client and with ours.

`send <kind>` sends the sample of a kind; each answer is said. LIBRARY: `pacerelle` or `widget_agents`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any


def connect() -> Any:
    if os.environ["LIBRARY"] == "widget_agents":
        from widget_agents import AgentClient

        return AgentClient.from_env()
    from pacerelle import AgentGatewayClient  # type: ignore[import-not-found]  # it lies outside of mypy's path

    return AgentGatewayClient(
        token=os.environ["AGENT_TOKEN"],
        agent_id=os.environ["AGENT_ID"],
        base_url=os.environ["AGENT_BASE_URL"],
        ws_url=os.environ["AGENT_WS_URL"],
        e2ee=False,
    )


async def confirm(message: Any, agent: Any) -> None:
    await agent.send_confirm_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="confirm-delete-cache",
        title="Delete local cache?",
        body="The agent will remove generated cache files from this machine.",
        danger=True,
        labels={"yes": "Delete", "no": "Keep files"},
    )


async def choice(message: Any, agent: Any) -> None:
    await agent.send_choice_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="choose-export-format",
        title="Choose export format",
        body="The agent will generate the selected file type.",
        options=[
            {"id": "pdf", "label": "PDF"},
            {"id": "docx", "label": "Word document"},
            {"id": "md", "label": "Markdown"},
        ],
    )


async def choices(message: Any, agent: Any) -> None:
    await agent.send_choice_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="choose-checks",
        title="Choose checks to run",
        multi=True,
        options=[
            {"id": "lint", "label": "Lint"},
            {"id": "test", "label": "Tests"},
            {"id": "build", "label": "Build"},
        ],
    )


async def permission(message: Any, agent: Any) -> None:
    await agent.send_permission_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="allow-folder-read",
        title="Allow folder read?",
        body="The agent wants to inspect files in ./docs before answering.",
        scopes=["once", "session"],
    )


async def form(message: Any, agent: Any) -> None:
    await agent.send_form_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="release-form",
        title="Release details",
        body="Fill this before the agent starts the release task.",
        submitLabel="Start release",
        fields=[
            {"name": "version", "label": "Version", "type": "text", "required": True},
            {"name": "priority", "label": "Priority", "type": "number", "min": 1, "max": 5},
            {"name": "notes", "label": "Notes", "type": "textarea"},
            {"name": "announce", "label": "Announce in chat", "type": "checkbox"},
        ],
    )


async def progress(message: Any, agent: Any) -> None:
    progress_id = await agent.send_progress_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="build-progress",
        title="Building project",
        body="The agent is running install, tests, and build.",
        value=10,
        max=100,
        cancellable=True,
    )

    await agent.send_widget_update(
        conversation_id=message.conversation_id,
        to=message.from_id,
        ref=progress_id,
        spec={"value": 75, "body": "Running tests"},
    )


async def datetime(message: Any, agent: Any) -> None:
    await agent.send_datetime_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="schedule-review",
        title="Schedule review",
        body="Pick a review date.",
        mode="date",
        min="2026-05-23",
    )


async def file_picker(message: Any, agent: Any) -> None:
    await agent.send_file_picker_widget(
        conversation_id=message.conversation_id,
        to=message.from_id,
        widget_id="upload-brief",
        title="Upload project brief",
        body="Attach the PDF or Markdown brief the agent should read.",
        multiple=True,
        accept=["application/pdf", ".md"],
        max_files=3,
    )


SAMPLES: dict[str, Callable[[Any, Any], Awaitable[None]]] = {
    "confirm": confirm,
    "choice": choice,
    "choices": choices,
    "permission": permission,
    "form": form,
    "progress": progress,
    "datetime": datetime,
    "file-picker": file_picker,
}


async def handle(message: Any, agent: Any) -> None:
    if not message.widget_response:
        await SAMPLES[message.text.removeprefix("send ")](message, agent)
        return

    response = message.widget_response
    if response.cancelled:
        await agent.send_message(
            conversation_id=message.conversation_id,
            to=message.from_id,
            text=f"Cancelled: {response.ref}",
        )
        return

    files = []
    if message.widget_response and message.widget_response.ref == "upload-brief":
        for file in message.attachments or []:
            files.append((file.name, file.mime, file.size))
    await agent.reply(message, "= " + json.dumps([response.ref, response.value, files]))


client = connect()
client.on_message(handle)
asyncio.run(client.connect())
