"""Says again what it was told."""

import logging

from widget_agents import AgentClient, AgentMessage

logging.basicConfig(level=logging.INFO)
client = AgentClient.from_env()


@client.on_message
async def handle(message: AgentMessage, agent: AgentClient) -> None:
    """Answer one message."""
    await agent.reply(message, f"You said: {message.text}")


client.run()
