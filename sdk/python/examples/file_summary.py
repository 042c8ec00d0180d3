"""Asks for text files and says how long they are; the counts come as a file, too."""

import logging

from widget_agents import AgentClient, AgentMessage, Cancelled

logging.basicConfig(level=logging.INFO)
client = AgentClient.from_env()


@client.on_message
async def handle(message: AgentMessage, agent: AgentClient) -> None:
    """Ask for files, unless some were sent with the message."""
    if message.widget_response:
        return
    files = message.attachments
    if not files:
        try:
            files = await agent.ask_file_picker(
                **message.place,
                widget_id="upload-brief",
                title="Which files?",
                body="Plain text or Markdown.",
                multiple=True,
                accept=["text/plain", ".md"],
                max_files=3,
            )
        except Cancelled:
            await agent.reply(message, "No files, no summary.")
            return
    lines = []
    for file in files:
        words = (await file.download()).decode("utf-8", "replace").split()
        lines.append(f"{file.name}: {len(words)} words")
    summary = "\n".join(lines)
    attachment = await agent.upload_file(name="summary.txt", mime="text/plain", data=summary.encode())
    await agent.reply(message, summary, attachments=[attachment])


client.run()
