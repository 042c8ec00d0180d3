"""Stage: consumers. One agent's connection: what was sent and not acknowledged yet bounds what is sent next."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings

from chat.agents.access import Caller
from chat.agents.actions.delivering import Pending
from chat.agents.frames import AgentFrame
from chat.agents.pace import Pace
from widgets_manager.live.outbox import Outbox

WINDOW: Final = 64  # messages that are on their way at once
WINDOW_CHARACTERS: Final = 4_000_000  # of their frames, except that one is always allowed
MAX_WAITING: Final = 512  # frames to send; a client that takes none is then not listened to either


class AgentSocket(Outbox):
    """What the hub knows of one connection."""

    def __init__(self, caller: Caller, *, is_ours: bool) -> None:
        super().__init__()
        self.caller = caller
        self.agent_id: uuid.UUID = caller.agent.pk
        self.connection = uuid.uuid4()
        self.turn = 0  # which of the agent's connections it is
        self.pace = Pace(settings.AGENT_FRAMES_PER_MINUTE)
        self.is_ours = is_ours  # it knows more frames than the published client: ACK and PING
        self.in_flight: dict[uuid.UUID, Pending] = {}  # by the message's id
        self.acking: dict[uuid.UUID, int] = {}  # acknowledged, and still to be noted in the database: their deliveries
        self._on_their_way = 0  # characters

    @property
    def room(self) -> int:
        """How many more messages may be on their way."""
        full = self._on_their_way >= WINDOW_CHARACTERS
        return 0 if full or self.closing else WINDOW - len(self.in_flight)

    @property
    def known(self) -> list[int]:
        """Deliveries that are not to be sent (again) over this connection."""
        return [*(item.id for item in self.in_flight.values()), *(id for id in self.acking.values() if id)]

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be sent."""
        return not self._frames

    def deliver(self, item: Pending) -> None:
        """Send a message; it counts until its acknowledgement."""
        self.in_flight[item.message] = item
        self._on_their_way += len(item.frame)
        self.put(item.frame)

    def is_receipt(self, frame: AgentFrame) -> bool:
        """Whether it acknowledges what is on its way: such frames are as many as the messages."""
        return frame.type == "ACK_READ" and frame.message_id in map(str, self.in_flight)

    def acknowledge(self, message_id: uuid.UUID) -> bool:
        """The agent has the message; whether so much of the window is free now that it is worth filling."""
        item = self.in_flight.pop(message_id, None)
        self.acking[message_id] = item.id if item else 0
        if item is None:
            return False
        self._on_their_way -= len(item.frame)
        return self.room >= WINDOW // 2

    async def may_ask(self) -> None:
        """Wait until the agent has taken enough of what it was answered."""
        while len(self._frames) > MAX_WAITING and not self.closing:
            await self.drained()
