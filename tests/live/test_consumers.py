"""`/ws/live/`: who may open it, and how each frame is answered."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from websockets.exceptions import InvalidStatus

from tests.live.client import LiveClient
from tests.live.kinds import Boards
from tests.people import Person
from widgets_manager.live.frames import MAX_FRAME
from widgets_manager.live.publish import publish_ephemeral
from widgets_manager.live.sockets import MAX_SUBSCRIPTIONS
from widgets_manager.live.streams import StreamName


def test_it_works(live_url: str, alice: Person, bob: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    boards.add("milk", to=board)
    with LiveClient(live_url, alice) as hers, LiveClient(live_url, bob) as his:
        assert hers.subscribe(board) == {
            "type": "snapshot",
            "stream": str(board),
            "number": 1,
            "data": {"words": ["milk"]},
        }
        his.subscribe(board)
        boards.add("bread", to=board)
        for client in (hers, his):
            assert client.next() == {
                "type": "event",
                "stream": str(board),
                "number": 2,
                "event": "test.word_added",
                "data": {"word": "bread"},
            }


def test_missed_events_follow_a_usable_number(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    boards.add("milk", "bread", "tea", to=board)
    with LiveClient(live_url, alice) as client:
        assert client.subscribe(board, 1) == {"type": "subscribed", "stream": str(board), "number": 3}
        assert [client.next()["data"]["word"] for _ in range(2)] == ["bread", "tea"]
        assert client.subscribe(board, 3) == {"type": "subscribed", "stream": str(board), "number": 3}
        client.nothing_more()


@pytest.mark.parametrize("after", [0, 4, 2**53 - 1], ids=["too old", "ahead", "far ahead"])
def test_an_unusable_number_is_answered_with_a_snapshot(
    live_url: str, alice: Person, boards: Boards, after: int
) -> None:
    board = boards.make(alice.tenant)
    boards.add("milk", "bread", "tea", to=board)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM live_events WHERE number = 1")
    with LiveClient(live_url, alice) as client:
        assert client.subscribe(board, after)["type"] == "snapshot"


def test_an_empty_stream_can_be_followed(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as client:
        assert client.subscribe(board)["number"] == 0
        boards.add("milk", to=board)
        client.until_words("milk")


def test_charlie_and_nobody_are_told_the_same(live_url: str, alice: Person, charlie: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    boards.add("secret", to=board)
    missing = StreamName("board", alice.user.pk)
    with LiveClient(live_url, charlie) as client:
        for stream in (board, missing):
            answer = client.subscribe(stream)
            assert answer == {
                "type": "error",
                "code": "NOT_FOUND",
                "message": "There is no such board.",
                "stream": str(stream),
            }
            answer = client.subscribe(stream, 1)
            assert answer["code"] == "NOT_FOUND"
        boards.add("more", to=board)
        publish_ephemeral(board, "typing", {"who": "alice"})
        client.nothing_more()


def test_charlie_may_not_follow_alice_or_acme(live_url: str, alice: Person, charlie: Person) -> None:
    with LiveClient(live_url, charlie) as client:
        for stream in (StreamName("user", alice.user.pk), StreamName("tenant", alice.tenant.pk)):
            assert client.subscribe(stream)["code"] == "NOT_FOUND"


def test_everyone_follows_themselves_and_their_tenant(live_url: str, alice: Person, bob: Person) -> None:
    with LiveClient(live_url, bob) as client:
        assert client.subscribe(StreamName("user", bob.user.pk))["type"] == "snapshot"
        assert client.subscribe(StreamName("tenant", bob.tenant.pk))["type"] == "snapshot"
        assert client.subscribe(StreamName("user", alice.user.pk))["code"] == "NOT_FOUND"


def test_ephemeral_events_reach_those_present(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as client:
        client.subscribe(board)
        publish_ephemeral(board, "typing", {"who": "bob"})
        assert client.next() == {"type": "ephemeral", "stream": str(board), "event": "typing", "data": {"who": "bob"}}


def test_an_ephemeral_event_of_a_person_stays_in_its_tenant(live_url: str, alice: Person, charlie: Person) -> None:
    mine = StreamName("user", alice.user.pk)
    with LiveClient(live_url, alice) as client:
        client.subscribe(mine)
        publish_ephemeral(mine, "elsewhere", {}, tenant_id=charlie.tenant.pk)
        publish_ephemeral(mine, "here", {}, tenant_id=alice.tenant.pk)
        assert client.next()["event"] == "here"
    with pytest.raises(ValueError, match="tenant_id"):
        publish_ephemeral(mine, "anywhere", {})


def test_unsubscribed_means_silence(live_url: str, alice: Person, boards: Boards) -> None:
    board, other = boards.make(alice.tenant), boards.make(alice.tenant)
    with LiveClient(live_url, alice) as client:
        client.subscribe(board)
        client.subscribe(other)
        client.send(type="unsubscribe", stream=str(board))
        client.nothing_more()
        boards.add("unheard", to=board)
        boards.add("heard", to=other)
        assert client.next()["stream"] == str(other)


MALFORMED: list[tuple[str | bytes, str, str]] = [
    ("{", "INVALID_JSON", "line 1"),
    ('{"type":"ping","type":"ping"}', "INVALID_JSON", "type"),
    ('{"type":NaN}', "INVALID_JSON", ""),
    ("[" * 2000 + "]" * 2000, "INVALID_JSON", ""),
    ('["ping"]', "INVALID_INPUT", "ping"),
    ('{"type":"shout"}', "INVALID_INPUT", "unsubscribe"),
    ('{"type":["ping"]}', "INVALID_INPUT", "unsubscribe"),
    ('{"type":"ping","loud":true}', "INVALID_INPUT", "loud"),
    ('{"type":"subscribe"}', "INVALID_INPUT", "stream"),
    ('{"type":"subscribe","stream":7}', "INVALID_INPUT", "stream"),
    ('{"type":"subscribe","stream":"moon:1"}', "INVALID_INPUT", "board:<uuid>"),
    ('{"type":"subscribe","stream":"board:1"}', "INVALID_INPUT", "board:<uuid>"),
    ('{"type":"subscribe","stream":"board:{KEY}","after":-1}', "INVALID_INPUT", "after"),
    ('{"type":"subscribe","stream":"board:{KEY}","after":"1"}', "INVALID_INPUT", "after"),
    ('{"type":"subscribe","stream":"board:{KEY}","after":true}', "INVALID_INPUT", "after"),
    ('{"type":"subscribe","stream":"board:{KEY}","after":1.5}', "INVALID_INPUT", "after"),
    ('{"type":"ping","x":"' + "x" * MAX_FRAME + '"}', "TOO_LARGE", "4,096"),
    (b"\x00\x01", "INVALID_INPUT", "binary"),
]


def test_a_malformed_frame_is_answered_and_the_connection_stays(live_url: str, alice: Person, boards: Boards) -> None:
    with LiveClient(live_url, alice) as client:
        for text, code, word in MALFORMED:
            client.socket.send(text.replace("{KEY}", str(alice.user.pk)) if isinstance(text, str) else text)
            answer = client.next()
            assert (answer["type"], answer["code"]) == ("error", code), (text, answer)
            assert word in answer["message"], (text, answer)
            client.nothing_more()


def test_a_connection_follows_a_limited_number_of_streams(live_url: str, alice: Person, boards: Boards) -> None:
    streams = [boards.make(alice.tenant) for _ in range(MAX_SUBSCRIPTIONS)]
    with LiveClient(live_url, alice) as client:
        for stream in streams:
            client.subscribe(stream)
        one_more = boards.make(alice.tenant)
        assert client.subscribe(one_more)["code"] == "TOO_MANY_STREAMS"
        assert client.subscribe(streams[0])["type"] == "snapshot"
        client.send(type="unsubscribe", stream=str(streams[0]))
        assert client.subscribe(one_more)["type"] == "snapshot"


def test_a_fault_while_reading_is_told_and_logged(
    live_url: str, alice: Person, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = boards.make(alice.tenant)
    monkeypatch.setattr(boards, "tenants", None)
    with LiveClient(live_url, alice) as client:
        answer = client.subscribe(board)
        assert (answer["code"], answer["stream"]) == ("SERVER_ERROR", str(board))
        client.nothing_more()


def test_nobody_is_closed_with_4401(live_url: str, alice: Person) -> None:
    with LiveClient(live_url) as client:
        assert json.loads(client.socket.recv())["code"] == "NOT_SIGNED_IN"
        assert client.closed() == (4401, "signed out")
    with LiveClient(live_url, headers={"Cookie": "sessionid=made-up"}) as client:
        assert client.closed()[0] == 4401
    with LiveClient(live_url, headers={"Authorization": "Bearer wmp_made_up"}) as client:
        assert client.closed()[0] == 4401


def test_a_bearer_token_with_the_scope_opens_it(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, headers={"Authorization": f"Bearer {alice.token('widgets')}"}) as client:
        assert client.subscribe(board)["type"] == "snapshot"
    with LiveClient(live_url, headers={"Authorization": f"Bearer {alice.token('chat:intents')}"}) as client:
        assert json.loads(client.socket.recv())["code"] == "PERMISSION_DENIED"
        assert client.closed()[0] == 4403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null", "https://{host}", ""]
)
def test_a_foreign_origin_is_refused(live_url: str, alice: Person, origin: str) -> None:
    headers = {"Origin": origin.replace("{host}", live_url.removeprefix("http://"))}
    with pytest.raises(InvalidStatus) as refused, LiveClient(live_url, alice, headers=headers):
        pass
    assert refused.value.response.status_code == 403
