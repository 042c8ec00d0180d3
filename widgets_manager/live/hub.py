"""Stage: consumers. One per process and event loop: reads each followed stream once and fans it out to the sockets.

Wake-ups only say that there may be something to read; what counts is the stream's number in the database. It is
compared every few seconds, so that a lost wake-up (or a Redis that was flushed, restarted or away) costs time, never
an event.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from typing import Final

from widgets_manager.core.secrets import hash_secret
from widgets_manager.live.database import in_database
from widgets_manager.live.followed import Followed, Following
from widgets_manager.live.frames import SIGNED_OUT, Closing, ephemeral_frame, error_frame
from widgets_manager.live.identity import judge
from widgets_manager.live.mailbox import Mailbox
from widgets_manager.live.publish import CONTROL_GROUP, EPHEMERAL, RECHECK, WAKE, Message, group_of
from widgets_manager.live.reading import Update, authorize_again, read_heads, read_stream, read_updates
from widgets_manager.live.rounds import PerLoop, Rounds
from widgets_manager.live.sockets import Socket
from widgets_manager.live.streams import StreamName, StreamRef

COMPARE_EVERY = 5.0  # seconds between two comparisons with the database


class Hub:
    """The sockets of this process and the streams they follow."""

    def __init__(self) -> None:
        self._mailbox = Mailbox()
        self._following = Following()
        self._sockets: set[Socket] = set()
        self._dirty: set[Followed] = set()  # streams to read
        self._suspects: set[Socket] = set()  # sockets whose identity is to be looked at
        self._rounds = Rounds("live")

    # -- what consumers call

    async def add(self, socket: Socket) -> None:
        """Take a new connection."""
        self._rounds.start(self._listen, self._attend, self._compare)
        self._sockets.add(socket)
        await self._mailbox.join(CONTROL_GROUP)
        # What changed between its sign-in being checked and the socket being known here has not been heard.
        self._suspect({socket})

    def remove(self, socket: Socket) -> None:
        """Forget a connection that has ended."""
        self._sockets.discard(socket)
        self._suspects.discard(socket)
        for subscription in tuple(socket.subscriptions.values()):
            self._following.detach(subscription)

    async def subscribe(self, socket: Socket, name: StreamName, after: int | None) -> None:
        """Answer with a snapshot or the events after `after`, then with every event to come.

        Raises NotFound or PermissionDenied. A subscription that was there before is replaced.
        """
        actor = socket.identity.actor
        self.unsubscribe(socket, name)
        with self._following.hold(StreamRef(name, actor.tenant_id)) as followed:
            await self._mailbox.join(group_of(name))  # before reading: what comes in between is heard
            reading = await in_database(read_stream, actor, name, after)
            if socket.closing or socket not in self._sockets:
                return
            followed.attach(socket, reading)
            if followed.behind():
                self._read(followed)

    def unsubscribe(self, socket: Socket, name: StreamName) -> None:
        """Stop following. No error when it was not followed."""
        subscription = socket.subscriptions.get(StreamRef(name, socket.identity.actor.tenant_id))
        if subscription is not None:
            self._following.detach(subscription)

    # -- three kinds of rounds

    async def _listen(self) -> None:
        self._hear(await self._mailbox.receive())

    async def _attend(self) -> None:
        await self._rounds.woken()
        await self._judge()  # first: who is out gets no more events
        await self._deliver()

    async def _compare(self) -> None:
        await asyncio.sleep(COMPARE_EVERY)
        self._following.forget_unused()
        await self._mailbox.keep_only([CONTROL_GROUP, *map(group_of, self._following.names())])
        self._suspect(self._sockets)
        await self._compare_numbers()

    async def _compare_numbers(self) -> None:
        followed = self._following.subscribed()
        cursors = {item: item.cursor for item in followed}
        heads = await in_database(read_heads, [item.ref for item in followed]) if followed else {}
        for item in followed:
            head = heads.get(item.ref, Update())
            item.hear(head.number, head.access)
            if item.behind() or cursors[item] > head.number:
                self._read(item)

    # -- what happens in them

    def _hear(self, message: Message) -> None:
        kind = message.get("type")
        if kind == WAKE:
            followed = self._following.get(StreamRef(StreamName.parse(message["stream"]), uuid.UUID(message["tenant"])))
            if followed is not None:
                followed.hear(message["number"], message["access"])
                if followed.behind():
                    self._read(followed)
        elif kind == EPHEMERAL:
            self._pass_on(message)
        elif kind == RECHECK:
            self._recheck(message)

    def _pass_on(self, message: Message) -> None:
        name = StreamName.parse(message["stream"])
        frame = ephemeral_frame(name, message["event"], message["data"])
        for followed in self._following.named(name):
            if message["tenant"] in (None, str(followed.ref.tenant_id)):
                for subscription in followed.subscriptions:
                    subscription.socket.offer_ephemeral(frame)

    def _recheck(self, message: Message) -> None:
        ended = message["ended_session"]
        theirs = {socket for socket in self._sockets if str(socket.identity.actor.user_id) == message["user"]}
        for socket in theirs:
            key = socket.identity.session_key
            if ended and key and hash_secret(key) == ended:
                self._close(socket, SIGNED_OUT)
        self._suspect(theirs & self._sockets)

    def _read(self, followed: Followed) -> None:
        self._dirty.add(followed)
        self._rounds.wake()

    def _suspect(self, sockets: Iterable[Socket]) -> None:
        self._suspects.update(sockets)
        self._rounds.wake()

    def _close(self, socket: Socket, closing: Closing) -> None:
        self.remove(socket)
        socket.close(closing)

    async def _judge(self) -> None:
        suspects = list(self._suspects)
        if not suspects:
            return
        verdicts = await in_database(judge, [socket.identity for socket in suspects])
        self._suspects.difference_update(suspects)
        for socket, closing in zip(suspects, verdicts, strict=True):
            if closing:
                self._close(socket, closing)

    async def _deliver(self) -> None:
        dirty = [followed for followed in self._dirty if followed.subscriptions]
        self._dirty.clear()
        if not dirty:
            return
        asked = {followed.ref: followed.cursor for followed in dirty}
        for followed in dirty:
            followed.forget_heard()
        try:
            updates = await in_database(read_updates, asked)
            for followed in dirty:
                await self._update(followed, asked[followed.ref], updates.get(followed.ref, Update()))
        except Exception:
            self._dirty.update(dirty)
            raise

    async def _update(self, followed: Followed, asked: int, update: Update) -> None:
        followed.hear(update.number, update.access)
        await self._authorize(followed, update.access)
        for subscription in followed.fan_out(asked, update):
            self._following.detach(subscription)
        if followed.subscriptions and followed.behind():
            self._read(followed)

    async def _authorize(self, followed: Followed, access: int) -> None:
        """Those authorized before the last change of access are authorized anew, before they get anything."""
        stale = [item for item in followed.subscriptions if item.access < access]
        if not stale:
            return
        actors = [item.socket.identity.actor for item in stale]
        refusals = await in_database(authorize_again, actors, followed.ref.name)
        for subscription, refusal in zip(stale, refusals, strict=True):
            subscription.access = access
            if refusal is not None:
                self._following.detach(subscription)
                subscription.socket.put(error_frame(refusal, str(followed.ref.name)))


hub: Final = PerLoop(Hub)
