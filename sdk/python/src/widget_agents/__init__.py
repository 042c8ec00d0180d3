"""Agents for conversations of the Widget Manager.

client = AgentClient.from_env()

@client.on_message
async def handle(message, agent):
    await agent.reply(message, f"You said: {message.text}")

client.run()
"""

from widget_agents.asking import Granted, RunningProgress
from widget_agents.client import AgentClient, MessageHandler
from widget_agents.errors import (
    AgentError,
    Cancelled,
    ConfigurationError,
    Disconnected,
    Expired,
    NotAuthorized,
    Refused,
    Replaced,
    Unanswered,
)
from widget_agents.messages import AgentAttachment, AgentMessage, Place, WidgetResponse
from widget_agents.settings import Settings
from widget_agents.widgets import Field, Labels, Option

__all__ = [
    "AgentAttachment",
    "AgentClient",
    "AgentError",
    "AgentMessage",
    "Cancelled",
    "ConfigurationError",
    "Disconnected",
    "Expired",
    "Field",
    "Granted",
    "Labels",
    "MessageHandler",
    "NotAuthorized",
    "Option",
    "Place",
    "Refused",
    "Replaced",
    "RunningProgress",
    "Settings",
    "Unanswered",
    "WidgetResponse",
]
