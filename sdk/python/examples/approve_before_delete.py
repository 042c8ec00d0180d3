"""Deletes the files of a folder, after a person has said yes. The folder: CACHE_FOLDER, or ./cache."""

import logging
import os
from pathlib import Path

from widget_agents import AgentClient, AgentMessage, Cancelled

logging.basicConfig(level=logging.INFO)
client = AgentClient.from_env()
folder = Path(os.environ.get("CACHE_FOLDER", "cache"))


@client.on_message
async def handle(message: AgentMessage, agent: AgentClient) -> None:
    """Whatever is said, ask; this agent can do one thing only."""
    if message.widget_response:  # of a question that an earlier run asked: nobody waits for it any more
        return
    files = sorted(file for file in folder.iterdir() if file.is_file())
    if not files:
        await agent.reply(message, f"There is nothing to delete in {folder.name}.")
        return
    try:
        yes = await agent.ask_confirm(
            **message.place,
            widget_id="confirm-delete-cache",
            title=f"Delete {len(files)} files?",
            body="\n".join(file.name for file in files),
            danger=True,
            labels={"yes": "Delete", "no": "Keep files"},
        )
    except Cancelled:
        yes = False
    if not yes:
        await agent.reply(message, "Nothing was deleted.")
        return
    for file in files:
        file.unlink(missing_ok=True)  # this handler may run a second time
    await agent.reply(message, f"Deleted {len(files)} files.")


client.run()
