"""The hub: nothing missed, nothing twice, whatever happens to connections, to Redis, or to a reader's patience."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from config.embedded.servers import Valkey
from tests.live.client import LiveClient
from tests.live.kinds import Boards
from tests.people import Person
from widgets_manager.core.redis import sync_redis
from widgets_manager.live import events, reading, sockets
from widgets_manager.live.models import Stream
from widgets_manager.live.publish import publish_ephemeral
from widgets_manager.live.streams import StreamName


@pytest.fixture
def no_wake_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every wake-up is lost."""
    monkeypatch.setattr(events, "publish", lambda messages: None)


def test_two_people_see_one_change(live_url: str, alice: Person, bob: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as hers, LiveClient(live_url, bob) as his:
        hers.subscribe(board)
        his.subscribe(board)
        boards.add("milk", to=board)
        hers.until_words("milk")
        his.until_words("milk")


def write_in_background(boards: Boards, board: StreamName, words: list[str]) -> threading.Thread:
    def write() -> None:
        try:
            for word in words:
                boards.add(word, to=board)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def test_a_client_that_comes_and_goes_misses_nothing_and_sees_nothing_twice(
    live_url: str, alice: Person, boards: Boards
) -> None:
    board = boards.make(alice.tenant)
    words = [f"word {number}" for number in range(150)]
    seen: list[str] = []
    cursor = visits = 0
    writer = write_in_background(boards, board, words)
    while len(seen) < len(words):
        with LiveClient(live_url, alice) as client:
            client.cursor = cursor  # the client asserts that each number is the next one
            assert client.subscribe(board, cursor)["type"] == "subscribed"
            visits += 1
            for _ in range(visits * 7 % 25):
                if len(seen) + len(client.words) < len(words):
                    client.next()
            seen += client.words
            cursor = client.cursor
    writer.join()
    assert seen == words


@pytest.mark.usefixtures("quick", "no_wake_ups")
def test_a_lost_wake_up_is_repaired(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as client:
        client.subscribe(board)
        boards.add("milk", to=board)
        client.until_words("milk")


def test_a_flush_of_redis_changes_nothing(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as client:
        client.subscribe(board)
        boards.add("milk", to=board)
        sync_redis().flushall()
        boards.add("bread", to=board)
        client.until_words("milk", "bread")


@pytest.mark.usefixtures("quick")
def test_redis_away_and_back(live_url: str, alice: Person, bob: Person, boards: Boards, worker_valkey: Valkey) -> None:
    board, unheard_of = boards.make(alice.tenant), boards.make(alice.tenant)
    with LiveClient(live_url, alice) as hers:
        hers.subscribe(board)
        boards.add("before", to=board)
        hers.until_words("before")
        worker_valkey.kill()
        boards.add("without", "redis", to=board)  # a committed write never fails for it
        hers.until_words("before", "without", "redis")
        with LiveClient(live_url, bob) as his, LiveClient(live_url, bob) as late:  # who comes now is served too
            late.subscribe(unheard_of)  # its group cannot be joined before Redis is back
            his.subscribe(board)
            assert his.words == ["before", "without", "redis"]
            boards.add("still", to=board)
            his.until_words("before", "without", "redis", "still")
            worker_valkey.start()
            boards.add("after", to=board)
            for client in (hers, his):
                client.until_words("before", "without", "redis", "still", "after")
                wake_ups_work_again(client, board)
            wake_ups_work_again(late, unheard_of)


def wake_ups_work_again(client: LiveClient, board: StreamName) -> None:
    """Ephemeral events come by Redis only."""
    for attempt in range(200):
        publish_ephemeral(board, "typing", {"attempt": attempt})
        try:
            frame = json.loads(client.socket.recv(timeout=0.1))
        except TimeoutError:
            continue
        assert frame["type"] == "ephemeral"
        return
    pytest.fail("the hub did not join its groups again")


@pytest.mark.usefixtures("quick", "no_wake_ups")
def test_many_events_come_in_several_readings(
    live_url: str, alice: Person, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_EVENTS", 3)
    board = boards.make(alice.tenant)
    words = [str(number) for number in range(20)]
    with LiveClient(live_url, alice) as client:
        client.subscribe(board)
        boards.add(*words, to=board)
        client.until_words(*words)


@pytest.mark.usefixtures("quick", "no_wake_ups")
def test_events_that_are_gone_mean_resync(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with LiveClient(live_url, alice) as client:
        client.subscribe(board)
        boards.add("gone", to=board)
        # Both in one transaction, as far as the hub can see.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM live_events")
        boards.add("there", to=board)
        answer = client.next()
        while answer["type"] == "event":  # the hub was quicker than the deletion
            answer = client.next()
        assert answer == {"type": "resync", "stream": str(board)}
        assert client.subscribe(board, 0)["type"] == "snapshot"


@pytest.mark.usefixtures("quick")
def test_a_stream_put_back_to_an_earlier_number_means_resync(live_url: str, alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    boards.add("milk", "bread", to=board)
    with LiveClient(live_url, alice) as client:
        client.subscribe(board)
        Stream.objects.filter(key=board.key).delete()
        assert client.next() == {"type": "resync", "stream": str(board)}
        assert client.subscribe(board, 2)["number"] == 0
        boards.add("tea", to=board)
        client.until_words("tea")


@pytest.fixture
def slow_reader(live_url: str, alice: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveClient]:
    """A client that takes nothing unless told, over a connection that holds little."""
    monkeypatch.setattr(sockets, "MAX_FRAMES", 5)
    host, port = live_url.removeprefix("http://").split(":")
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect((host, int(port)))
    with LiveClient(live_url, alice, sock=raw, max_queue=1, compression=None) as client:
        yield client


def test_a_slow_reader_gets_resync_and_then_everything(
    slow_reader: LiveClient, live_url: str, bob: Person, boards: Boards
) -> None:
    board, other = boards.make(bob.tenant), boards.make(bob.tenant)
    slow_reader.subscribe(board)
    slow_reader.subscribe(other)
    words = [f"{number} " + "x" * 200_000 for number in range(60)]
    with LiveClient(live_url, bob) as quick_reader:
        quick_reader.subscribe(board)
        for word in words:
            boards.add(word, to=board)
            quick_reader.next()  # one reader's slowness is not another's
        assert quick_reader.words == words
    slow_reader.cursor = 0
    frames = [slow_reader.next()]
    while frames[-1]["type"] == "event":
        frames.append(slow_reader.next())
    assert len(frames) < len(words), "the reader was not slow: nothing was tested"
    frames.append(slow_reader.next())
    assert {frame["stream"] for frame in frames[-2:] if frame["type"] == "resync"} == {str(board), str(other)}
    assert slow_reader.subscribe(board, slow_reader.cursor)["type"] in {"subscribed", "snapshot"}
    slow_reader.until_words(*words)


def test_a_slow_reader_loses_ephemeral_events_only(slow_reader: LiveClient, bob: Person, boards: Boards) -> None:
    board = boards.make(bob.tenant)
    slow_reader.subscribe(board)
    for number in range(60):
        publish_ephemeral(board, "noise", {"number": number, "text": "x" * 200_000})
    boards.add("milk", to=board)
    frames = [slow_reader.next()]
    while frames[-1]["type"] == "ephemeral":
        frames.append(slow_reader.next())
    assert len(frames) < 60
    assert frames[-1]["type"] == "event"
