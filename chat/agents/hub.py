"""Stage: consumers. One per process and event loop: brings agents their messages, and notes what they acknowledge.

Wake-ups only say that there may be something; what counts are the rows. They are read again every few seconds, so
that a lost wake-up costs time, never a message.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Final

from chat.agents.actions.delivering import READ_AT_ONCE, acknowledge, read_pending
from chat.agents.actions.presence import judge, leave_presence, renew_presences, take_presence
from chat.agents.frames import PING, REPLACED
from chat.agents.pace import Pace
from chat.agents.sockets import AgentSocket
from chat.agents.wakes import RECHECK, WAKE, group_of
from widgets_manager.live.database import in_database
from widgets_manager.live.frames import Closing
from widgets_manager.live.mailbox import Mailbox
from widgets_manager.live.publish import Message
from widgets_manager.live.rounds import PerLoop, Rounds

COMPARE_EVERY = 5.0  # seconds between two looks at what a lost wake-up may have left
RENEW_EVERY = 15.0  # seconds between two renewals of the leases
_AGENTS_AT_ONCE: Final = 50


class AgentHub:
    """The agents that are connected to this process."""

    def __init__(self) -> None:
        self._mailbox = Mailbox()
        self._sockets: dict[uuid.UUID, AgentSocket] = {}
        self._paces: dict[uuid.UUID, Pace] = {}  # who connects anew has not sent less
        self._dirty: set[AgentSocket] = set()  # may have something to be sent
        self._acking: set[AgentSocket] = set()
        self._suspects: set[AgentSocket] = set()
        self._rounds = Rounds("agents")

    # -- what consumers call

    async def add(self, socket: AgentSocket) -> None:
        """Take a new connection; an older one of the same agent is closed, wherever it is."""
        self._rounds.start(self._listen, self._attend, self._compare, self._renew)
        await self._mailbox.join(group_of(socket.agent_id))  # before reading: what comes in between is heard
        socket.turn = await in_database(take_presence, socket.caller, socket.connection)
        other = self._sockets.get(socket.agent_id)
        if other is not None and other.turn > socket.turn:
            socket.close(REPLACED)
            return
        self._sockets[socket.agent_id] = socket
        socket.pace = self._paces.setdefault(socket.agent_id, socket.pace)
        if other is not None:
            other.close(REPLACED)
        self._suspect([socket])  # what changed since its token was looked up has not been heard
        self._read(socket)

    async def remove(self, socket: AgentSocket) -> None:
        """Forget a connection that has ended; what it acknowledged last is still noted."""
        if self._sockets.get(socket.agent_id) is socket:
            del self._sockets[socket.agent_id]
        self._dirty.discard(socket)
        self._suspects.discard(socket)
        await in_database(leave_presence, socket.caller.agent, socket.connection)

    def acknowledge(self, socket: AgentSocket, message_id: uuid.UUID) -> None:
        """The agent has the message."""
        if socket.acknowledge(message_id):
            self._dirty.add(socket)
        self._acking.add(socket)
        self._rounds.wake()

    # -- four kinds of rounds

    async def _listen(self) -> None:
        self._hear(await self._mailbox.receive())

    async def _attend(self) -> None:
        await self._rounds.woken()
        await self._acknowledge()
        await self._judge()  # first: who is out gets nothing more
        await self._deliver()

    async def _compare(self) -> None:
        await asyncio.sleep(COMPARE_EVERY)
        await self._mailbox.keep_only(map(group_of, self._sockets))
        self._paces = {key: pace for key, pace in self._paces.items() if key in self._sockets or not pace.is_full}
        self._dirty.update(self._sockets.values())
        self._rounds.wake()

    async def _renew(self) -> None:
        await asyncio.sleep(RENEW_EVERY)
        held = {socket.agent_id: socket.connection for socket in self._sockets.values()}
        await in_database(renew_presences, held)
        self._suspect(self._sockets.values())
        for socket in self._sockets.values():
            if socket.is_ours and socket.is_idle:
                socket.put(PING)

    # -- what happens in them

    def _hear(self, message: Message) -> None:
        socket = self._sockets.get(uuid.UUID(message["agent"]))
        if socket is None:
            return
        if message["type"] == WAKE:
            self._read(socket)
        elif message["type"] == RECHECK:
            self._suspect([socket])

    def _read(self, socket: AgentSocket) -> None:
        self._dirty.add(socket)
        self._rounds.wake()

    def _suspect(self, sockets: Iterable[AgentSocket]) -> None:
        self._suspects.update(sockets)
        self._rounds.wake()

    def _close(self, socket: AgentSocket, closing: Closing) -> None:
        if self._sockets.get(socket.agent_id) is socket:
            del self._sockets[socket.agent_id]
        self._dirty.discard(socket)
        socket.close(closing)

    async def _acknowledge(self) -> None:
        read = {socket: list(socket.acking) for socket in self._acking}
        pairs = [(socket.agent_id, message_id) for socket, ids in read.items() for message_id in ids]
        if not pairs:
            return
        await in_database(acknowledge, pairs)
        for socket, ids in read.items():
            for message_id in ids:
                del socket.acking[message_id]
            if not socket.acking:
                self._acking.discard(socket)

    async def _judge(self) -> None:
        suspects = list(self._suspects)
        if not suspects:
            return
        verdicts = await in_database(judge, [(socket.caller, socket.connection) for socket in suspects])
        self._suspects.difference_update(suspects)
        for socket, closing in zip(suspects, verdicts, strict=True):
            if closing:
                self._close(socket, closing)

    async def _deliver(self) -> None:
        dirty = [socket for socket in self._dirty if socket.room]
        self._dirty.clear()
        try:
            for start in range(0, len(dirty), _AGENTS_AT_ONCE):
                await self._bring(dirty[start : start + _AGENTS_AT_ONCE])
        except Exception:  # raised again; what was not done stays to be done
            self._dirty.update(dirty)
            raise

    async def _bring(self, sockets: list[AgentSocket]) -> None:
        rooms = [(socket.agent_id, socket.room) for socket in sockets]
        known = [number for socket in sockets for number in socket.known]
        by_agent = {socket.agent_id: socket for socket in sockets}
        read = Counter[AgentSocket]()
        for item in await in_database(read_pending, rooms, known):
            socket = by_agent[item.agent]
            if not socket.closing:
                socket.deliver(item)
                read[socket] += len(item.frame)
        for socket, characters in read.items():
            if characters >= READ_AT_ONCE:
                self._read(socket)


hub: Final = PerLoop(AgentHub)
