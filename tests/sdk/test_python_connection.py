"""The Python SDK on a gateway that breaks: connections, sending again, acknowledgements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.sdk.scripted import ScriptedGateway, answer, message, payload, running, scripted_gateway
from widget_agents import (
    AgentClient,
    AgentMessage,
    Cancelled,
    Disconnected,
    Expired,
    NotAuthorized,
    Refused,
    Replaced,
)


@pytest.fixture
async def gateway() -> AsyncIterator[ScriptedGateway]:
    async with scripted_gateway() as gateway:
        yield gateway


@pytest.fixture(autouse=True)
def little_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers given at the last moment are not waited for long."""
    monkeypatch.setattr("widget_agents.asking._GRACE", 0.05)


def ignore(message: AgentMessage, agent: AgentClient) -> None:
    """A handler that does nothing."""


async def test_it_works(gateway: ScriptedGateway) -> None:
    client = gateway.client()

    @client.on_message
    async def handle(message: AgentMessage, agent: AgentClient) -> None:
        await agent.reply(message, f"You said: {message.text}")

    async with running(client):
        sent = message("hello")
        await gateway.say(sent)
        reply = await gateway.expect("MSG")
        assert payload(reply) == "You said: hello"
        assert (reply["to"], reply["conversation_id"], reply["reply_to_message_id"]) == ("alice", "talk", sent["id"])
        assert reply["encrypted"] is False
        receipt = await gateway.expect("ACK_READ")
        assert receipt == {"type": "ACK_READ", "to": "alice", "message_id": sent["id"], "conversation_id": "talk"}
    assert gateway.paths == ["/ws/agent?token=to%2Fken&acks=1"]


async def test_a_text_that_looks_like_json_stays_a_text(gateway: ScriptedGateway) -> None:
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        await client.send_message(conversation_id="talk", to="alice", text='{"type":"widget.standard"}')
        assert payload(await gateway.expect("MSG")) == {"kind": "chat.message", "text": '{"type":"widget.standard"}'}


async def test_a_message_that_was_not_taken_is_sent_again(gateway: ScriptedGateway) -> None:
    """Same id, until the server says that it has it."""
    gateway.acknowledges = False
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        sending = asyncio.create_task(client.send_message(conversation_id="talk", to="alice", text="once"))
        first = await gateway.expect("MSG")
        gateway.acknowledges = True
        await gateway.drop()
        assert await gateway.expect("MSG") == first
        assert await asyncio.wait_for(sending, 10) == first["id"]


async def test_a_refusal_is_raised_where_it_was_caused(gateway: ScriptedGateway) -> None:
    gateway.acknowledges = False
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        sending = asyncio.create_task(client.send_confirm_widget(conversation_id="talk", to="alice", title=""))
        frame = await gateway.expect("MSG")
        error = {"type": "ERROR", "id": frame["id"], "code": "INVALID", "message": "required", "path": "spec.title"}
        await gateway.say(error)
        with pytest.raises(Refused) as caught:
            await asyncio.wait_for(sending, 10)
        assert (caught.value.code, str(caught.value), caught.value.path) == ("INVALID", "required", "spec.title")


async def test_what_is_sent_too_fast_is_sent_again_when_the_server_takes_it(gateway: ScriptedGateway) -> None:
    gateway.acknowledges = False
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        sending = asyncio.create_task(client.send_message(conversation_id="talk", to="alice", text="one of many"))
        frame = await gateway.expect("MSG")
        error = {"type": "ERROR", "id": frame["id"], "code": "RATE_LIMITED", "message": "slower", "retry_after": 0.01}
        await gateway.say(error)
        assert await gateway.expect("MSG") == frame
        assert not sending.done()
        gateway.acknowledges = True
        await gateway.say(error)
        assert await gateway.expect("MSG") == frame
        await asyncio.wait_for(sending, 10)


async def test_a_message_is_handled_once_and_acknowledged_each_time(gateway: ScriptedGateway) -> None:
    heard: list[str] = []
    client = gateway.client()
    client.on_message(lambda message, agent: heard.append(message.text))
    async with running(client):
        sent = message("once")
        await gateway.say(sent)
        assert (await gateway.expect("ACK_READ"))["message_id"] == sent["id"]
        await gateway.drop()
        await gateway.say(sent, message("then"))
        assert (await gateway.expect("ACK_READ"))["message_id"] == sent["id"]
        await gateway.expect("ACK_READ")
    assert heard == ["once", "then"]


async def test_a_handler_that_still_runs_is_not_run_beside_itself(gateway: ScriptedGateway) -> None:
    """Others are, and its message is acknowledged when it is done."""
    go_on = asyncio.Event()
    begun: list[str] = []
    client = gateway.client()

    @client.on_message
    async def handle(message: AgentMessage, agent: AgentClient) -> None:
        begun.append(message.text)
        if message.text == "slow":
            await go_on.wait()

    async with running(client):
        slow, quick, quicker = message("slow"), message("quick"), message("quicker")
        await gateway.say(slow, quick)
        assert (await gateway.expect("ACK_READ"))["message_id"] == quick["id"]
        await gateway.drop()
        await gateway.say(slow, quicker)
        assert (await gateway.expect("ACK_READ"))["message_id"] == quicker["id"]
        go_on.set()
        assert (await gateway.expect("ACK_READ"))["message_id"] == slow["id"]
    assert begun == ["slow", "quick", "quicker"]


async def test_a_failing_handler_is_tried_again_and_given_up(
    gateway: ScriptedGateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[str] = []
    client = gateway.client(attempts=2)
    monkeypatch.setattr(client._deliveries, "retry_delay", 0.0)

    @client.on_message
    def handle(message: AgentMessage, agent: AgentClient) -> None:
        tries.append(message.text)
        if message.text == "poison" or len(tries) == 1:
            raise RuntimeError("cannot")

    async with running(client):
        await gateway.say(message("once more"))
        await gateway.expect("ACK_READ")
        await gateway.say(message("poison"))
        await gateway.expect("ACK_READ")
    assert tries == ["once more"] * 2 + ["poison"] * 2
    assert "is given up" in caplog.text


async def test_an_answer_goes_to_who_asked(gateway: ScriptedGateway) -> None:
    """An answer that nobody waits for goes to the handler, as the answer to a `send_*_widget`."""
    said: list[object] = []
    client = gateway.client()

    @client.on_message
    async def handle(message: AgentMessage, agent: AgentClient) -> None:
        if message.widget_response:
            said.append((message.widget_response.ref, message.widget_response.value))
        else:
            said.append(await agent.ask_confirm(**message.place, widget_id="sure", title="Sure?"))

    async with running(client):
        await gateway.say(message("go"))
        widget = payload(await gateway.expect("MSG"))
        assert widget == {
            "type": "widget.standard",
            "id": "sure",
            "v": 1,
            "kind": "confirm",
            "spec": {"title": "Sure?"},
        }
        await gateway.say(answer("sure", True, conversation_id="elsewhere"), answer("sure", True))
        for _ in range(3):  # the two answers, and at last the message whose handler asked
            await gateway.expect("ACK_READ")
    assert said == [("sure", True), True] or said == [True, ("sure", True)]


async def test_a_question_ends_without_an_answer(gateway: ScriptedGateway) -> None:
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        asking = asyncio.create_task(
            client.ask_choice(
                conversation_id="talk", to="alice", widget_id="which", title="?", options=[{"id": "a", "label": "A"}]
            )
        )
        await gateway.expect("MSG")
        await gateway.say(answer("which", cancelled=True))
        with pytest.raises(Cancelled):
            await asyncio.wait_for(asking, 10)
        with pytest.raises(Expired):
            await client.ask_confirm(0.0, conversation_id="talk", to="alice", title="?")
        await gateway.expect("ACK_READ")
        assert payload(await gateway.expect("MSG"))["expires_at"]


async def test_a_question_that_comes_too_late_has_expired(gateway: ScriptedGateway) -> None:
    gateway.acknowledges = False
    client = gateway.client()
    client.on_message(ignore)
    with pytest.raises(Expired):  # there is no connection at all
        await client.ask_confirm(0.0, conversation_id="talk", to="alice", title="?")
    async with running(client):
        asking = asyncio.create_task(client.ask_confirm(60.0, conversation_id="talk", to="alice", title="?"))
        frame = await gateway.expect("MSG")
        error = {"type": "ERROR", "id": frame["id"], "code": "INVALID_SPEC", "message": "past", "path": "expires_at"}
        await gateway.say(error)
        with pytest.raises(Expired):
            await asyncio.wait_for(asking, 10)


async def test_asking_again_ends_the_older_question(gateway: ScriptedGateway) -> None:
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        ask = [
            asyncio.create_task(client.ask_confirm(conversation_id="talk", to="alice", widget_id="sure", title=title))
            for title in ("first", "second")
        ]
        for _ in ask:
            await gateway.expect("MSG")
        await gateway.say(answer("sure", True))
        with pytest.raises(Cancelled):
            await asyncio.wait_for(ask[0], 10)
        assert await asyncio.wait_for(ask[1], 10) is True


async def test_answers_find_room_however_many_wait(gateway: ScriptedGateway) -> None:
    """The server sends 64 ahead: of handlers that wait for a person, 16 at most keep their messages unacknowledged."""
    client = gateway.client()
    done: list[bool] = []

    @client.on_message
    async def handle(message: AgentMessage, agent: AgentClient) -> None:
        done.append(await agent.ask_confirm(**message.place, widget_id="sure", title="Sure?"))

    async with running(client):
        talks = [f"talk {number}" for number in range(18)]
        await gateway.say(*(message("go", conversation_id=talk) for talk in talks))
        frames = [await gateway.received.get() for _ in range(18 + 2)]
        early = [frame["conversation_id"] for frame in frames if frame["type"] == "ACK_READ"]
        assert early == talks[:2]
        await gateway.say(*(answer("sure", True, conversation_id=talk) for talk in talks))
        for _ in range(18 + 16):
            await gateway.expect("ACK_READ")
    assert done == [True] * 18


async def test_progress_moves_and_is_cancelled(gateway: ScriptedGateway) -> None:
    client = gateway.client()
    client.on_message(ignore)
    async with (
        running(client),
        client.progress(
            conversation_id="talk", to="alice", widget_id="build", title="Building", cancellable=True
        ) as progress,
    ):
        await progress.update(50, body="Half")
        assert payload(await gateway.expect("MSG"))["spec"]["value"] == 0
        update = payload(await gateway.expect("MSG"))
        assert (update["type"], update["ref"]) == ("widget.update", "build")
        assert update["patch"] == {"spec": {"value": 50, "body": "Half"}}
        await gateway.say(answer("build", {"cancelled": True}, cancelled=True))
        await gateway.expect("ACK_READ")
        assert progress.cancelled
        with pytest.raises(Cancelled):
            await progress.update(60)


@pytest.mark.parametrize(("code", "error"), [(4401, NotAuthorized), (4409, Replaced)])
async def test_a_close_that_is_final_ends_connect(gateway: ScriptedGateway, code: int, error: type[Exception]) -> None:
    """Whatever waits to be sent ends, too."""
    gateway.acknowledges = False
    client = gateway.client()
    client.on_message(ignore)
    async with running(client) as connecting:
        sending = asyncio.create_task(client.send_message(conversation_id="talk", to="alice", text="lost"))
        await gateway.expect("MSG")
        await gateway.drop(code, "because")
        with pytest.raises(error, match="because"):
            await asyncio.wait_for(connecting, 10)
        with pytest.raises(Disconnected):
            await sending
        with pytest.raises(Disconnected):
            await client.send_message(conversation_id="talk", to="alice", text="later")


async def test_what_is_too_large_is_not_sent_for_ever(gateway: ScriptedGateway) -> None:
    gateway.acknowledges = False
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        sending = asyncio.create_task(client.send_message(conversation_id="talk", to="alice", text="large"))
        await gateway.expect("MSG")
        await gateway.drop(1009)
        with pytest.raises(Refused):
            await asyncio.wait_for(sending, 10)


async def test_unreadable_frames_are_skipped(gateway: ScriptedGateway) -> None:
    client = gateway.client()
    client.on_message(ignore)
    async with running(client):
        await gateway.say({}, {"type": "NEWS"}, message("x", encrypted=True), message("x", **{"from": ""}))
        await gateway.say({"type": "ERROR", "code": "X", "message": "about nothing"}, good := message("good"))
        assert (await gateway.expect("ACK_READ"))["message_id"] == good["id"]


async def test_without_a_handler_nothing_is_connected(gateway: ScriptedGateway) -> None:
    with pytest.raises(RuntimeError, match="on_message"):
        await gateway.client().connect()
