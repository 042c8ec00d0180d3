"""Asks what to release, then shows how far it is; the person may cancel. STEP_SECONDS: how long a step takes."""

import asyncio
import logging
import os

from widget_agents import AgentClient, AgentMessage, Cancelled

logging.basicConfig(level=logging.INFO)
client = AgentClient.from_env()
seconds = float(os.environ.get("STEP_SECONDS", "2"))
STEPS = ("Installing", "Running tests", "Building")


@client.on_message
async def handle(message: AgentMessage, agent: AgentClient) -> None:
    """Release once."""
    if message.widget_response:
        return
    try:
        release = await agent.ask_form(
            **message.place,
            widget_id="release-form",
            title="Release details",
            body="Fill this before the release starts.",
            submitLabel="Start release",
            fields=[
                {"name": "version", "label": "Version", "type": "text", "required": True, "pattern": r"\d+\.\d+\.\d+"},
                {"name": "priority", "label": "Priority", "type": "number", "min": 1, "max": 5},
                {"name": "notes", "label": "Notes", "type": "textarea"},
                {"name": "announce", "label": "Announce in chat", "type": "checkbox"},
            ],
        )
        async with agent.progress(
            **message.place,
            widget_id="release-progress",
            title=f"Releasing {release['version']}",
            value=0,
            max=len(STEPS),
            cancellable=True,
        ) as progress:
            for number, step in enumerate(STEPS):
                await progress.update(number, body=step)
                await asyncio.sleep(seconds)
            await progress.update(len(STEPS), body="Done")
    except Cancelled:
        await agent.reply(message, "The release was cancelled.")
        return
    announcement = " Everybody, it is out!" if release.get("announce") else ""
    await agent.reply(message, f"Released {release['version']}.{announcement}")


client.run()
