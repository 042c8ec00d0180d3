"""The web process is killed at every step: nothing that people or agents said is lost or doubled."""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from chat.agents.actions.agents import revoke_token
from chat.agents.models import Delivery
from tests.agents.client import AgentClient
from tests.agents.conftest import Talk, make_talk
from tests.agents.mortal import STEPS
from tests.people import Person


@pytest.fixture
def talk(transactional_db: None, alice: Person) -> Talk:
    return make_talk(alice)


class Mortal:
    """The server that dies, and lives again under the same address."""

    def __init__(self, listener: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.process = process

    def live(self, step: str) -> None:
        self._stream(self.process.stdin).write(f"{step}\n".encode())
        self._stream(self.process.stdin).flush()

    def await_death(self) -> None:
        output = self._stream(self.process.stdout)
        assert select.select([output], [], [], 60)[0], "the server did not die"
        assert output.readline() == b"dead\n"

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


@pytest.fixture
def mortal(talk: Talk) -> Iterator[Mortal]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    name = connection.settings_dict["NAME"]
    environ = {**os.environ, "DATABASE_URL": os.environ["DATABASE_URL"].replace("/widgets?", f"/{name}?")}
    command = [sys.executable, "-m", "tests.agents.mortal", str(listener.fileno())]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, pass_fds=[listener.fileno()]
    )
    yield Mortal(listener, process)
    process.kill()
    process.wait()
    listener.close()


class Program:
    """An agent that answers every message once, and says everything again that was not taken when a socket died."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.heard: dict[str, str] = {}
        self.frames: dict[str, dict[str, object]] = {}
        self.taken: set[str] = set()

    def work(self, url: str, until: int) -> None:
        """Work until so many messages were heard and answered, or the socket dies."""
        try:
            with AgentClient(url, self.talk.token) as agent:
                for message_id in set(self.heard) - self.taken:
                    self._answer(agent, message_id)
                while len(self.taken) < until:
                    self._step(agent, agent.next())
                agent.nothing_more()
        except (ConnectionClosed, InvalidHandshake, ConnectionError, EOFError):
            pass

    def read_the_rest(self, url: str) -> None:
        """Acknowledge what still comes, until nothing is on its way any more."""
        with AgentClient(url, self.talk.token) as agent:
            deadline = time.monotonic() + 30
            while Delivery.objects.filter(acked_at=None).exists():
                assert time.monotonic() < deadline, "messages do not come again"
                with suppress(TimeoutError):
                    self._step(agent, json.loads(agent.socket.recv(timeout=0.1)))

    def _step(self, agent: AgentClient, frame: dict[str, object]) -> None:
        if frame["type"] == "ACK":
            self.taken.add(str(frame["id"]))
            return
        assert frame["type"] == "MSG", frame
        message_id = str(frame["id"])
        assert self.frames.setdefault(message_id, frame) == frame, "a message came again, and was another one"
        if message_id not in self.heard:
            self.heard[message_id] = str(frame["payload_b64"])
            self._answer(agent, message_id)
        agent.read(frame)

    def _answer(self, agent: AgentClient, message_id: str) -> None:
        payload = base64.b64encode(f"answer to {message_id}".encode()).decode()
        agent.send(
            type="MSG",
            id=message_id,
            conversation_id=str(self.talk.conversation.pk),
            to=str(self.talk.person.user.pk),
            payload_b64=payload,
            encrypted=False,
        )


def test_nothing_is_lost_or_doubled(mortal: Mortal, talk: Talk) -> None:
    program, posted = Program(talk), []
    for step in STEPS:
        posted += talk.post_many(f"while {step}", "and one more")
        mortal.live(step)
        program.work(mortal.url, until=len(posted))
        mortal.await_death()
    mortal.live("")
    program.work(mortal.url, until=len(posted))
    program.read_the_rest(mortal.url)
    assert set(program.heard) == {str(message.pk) for message in posted}
    answers = [text for text in talk.said if text.startswith("answer to")]
    assert sorted(answers) == sorted(f"answer to {message.pk}" for message in posted)


def test_it_does_not_matter_which_process_has_the_connection(live_url: str, mortal: Mortal, talk: Talk) -> None:
    mortal.live("")
    with AgentClient(live_url, talk.token) as here:
        first = talk.post("one")
        assert here.message()["id"] == str(first.pk)
        with AgentClient(mortal.url, talk.token) as there:
            assert here.closed() == (4409, "another connection of this agent has taken over")
            assert there.take()["id"] == str(first.pk)
            talk.post("two")
            assert there.take()["text"] == "two"
            with AgentClient(live_url, talk.token) as back:
                assert there.closed()[0] == 4409
                talk.post("three")
                assert back.take()["text"] == "three"
                revoke_token(actor=talk.person.actor, agent=talk.agent)
                assert back.closed()[0] == 4401
