"""Events: closed shapes, numbers, and what a failed write leaves behind."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

import jsonschema
import pytest

from tests.live.kinds import Boards, WordAdded
from tests.people import Person
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live import models
from widgets_manager.live.events import Event, emit, event_schema, event_types
from widgets_manager.live.streams import StreamName


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(Event):
    type: ClassVar[str] = "test.everything"
    id: uuid.UUID
    at: datetime
    size: float
    count: int
    state: Literal["open", "done"]
    note: str | None
    words: list[str]
    sizes: dict[str, int]
    more: Any


GOOD: dict[str, Any] = {
    "id": uuid.UUID(int=7),
    "at": datetime(2026, 1, 2, tzinfo=UTC),
    "size": 1,
    "count": 2,
    "state": "open",
    "note": None,
    "words": ["a"],
    "sizes": {"a": 1},
    "more": {"deep": [True, {"id": uuid.UUID(int=8)}]},
}


def numbers(stream: StreamName) -> list[int]:
    rows = models.Event.objects.filter(stream__kind=stream.kind, stream__key=stream.key)
    return list(rows.order_by("number").values_list("number", flat=True))


def test_it_works(alice: Person, boards: Boards) -> None:
    stream = boards.make(alice.tenant)
    boards.add("milk", "bread", to=stream)
    boards.add("tea", to=stream)
    row = models.Stream.objects.get(key=stream.key)
    assert (row.last_number, row.tenant_id) == (3, alice.tenant.pk)
    stored = models.Event.objects.filter(stream=row).order_by("number")
    assert [(event.number, event.type, event.data["word"], event.tenant_id) for event in stored] == [
        (1, "test.word_added", "milk", alice.tenant.pk),
        (2, "test.word_added", "bread", alice.tenant.pk),
        (3, "test.word_added", "tea", alice.tenant.pk),
    ]


def test_data_is_json_of_the_declared_shape() -> None:
    data = Everything(**GOOD).data()
    jsonschema.Draft202012Validator(
        event_schema(Everything), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(data)
    assert data["id"] == str(uuid.UUID(int=7))
    assert data["at"] == "2026-01-02T00:00:00+00:00"
    assert data["more"] == {"deep": [True, {"id": str(uuid.UUID(int=8))}]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "not-a-uuid-object"),
        ("at", "2026-01-02"),
        ("size", "1"),
        ("size", float("nan")),
        ("count", True),
        ("count", 1.5),
        ("state", "half"),
        ("note", 5),
        ("note", "a\x00b"),
        ("note", "\ud800"),
        ("words", ["a", 1]),
        ("words", "a"),
        ("sizes", {"a": "1"}),
        ("sizes", {1: 1}),
        ("more", {"x": object()}),
        ("more", {"x": float("inf")}),
    ],
)
def test_a_wrongly_typed_field_fails_where_the_event_is_built(field: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError), match=f"test.everything: {field}"):
        Everything(**{**GOOD, field: value})


def test_an_undeclared_or_missing_field_fails_where_the_event_is_built() -> None:
    with pytest.raises(TypeError, match="wrod"):
        WordAdded(wrod="milk")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="word"):
        WordAdded()  # type: ignore[call-arg]


def test_two_shapes_cannot_share_a_type() -> None:
    with pytest.raises(TypeError, match="WordAdded"):

        class Other(Event):
            type: ClassVar[str] = "test.word_added"

    assert event_types["test.word_added"] is WordAdded


@pytest.mark.parametrize("name", ["", "word", "Word.added", "word added", "word:", ":added", "word;added"])
def test_a_type_reads_like_a_type(name: str) -> None:
    with pytest.raises(TypeError, match="must be set"):
        type("Odd", (Event,), {"type": name})


def test_outside_a_unit_of_work_nothing_can_be_emitted(alice: Person, boards: Boards) -> None:
    stream = boards.make(alice.tenant)
    with pytest.raises(RuntimeError, match="unit_of_work"):
        emit(stream, WordAdded(word="milk"), tenant_id=alice.tenant.pk)


def test_an_unknown_kind_of_stream_is_refused(alice: Person, boards: Boards) -> None:
    with unit_of_work(), pytest.raises(ValueError, match="bord"):
        emit(StreamName("bord", uuid.uuid4()), WordAdded(word="milk"), tenant_id=alice.tenant.pk)


def test_a_failed_write_takes_no_number(alice: Person, boards: Boards) -> None:
    stream = boards.make(alice.tenant)
    boards.add("milk", to=stream)

    def fail() -> None:
        with unit_of_work():
            emit(stream, WordAdded(word="lost"), tenant_id=alice.tenant.pk)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with unit_of_work():
        with pytest.raises(KeyError):
            fail()
        emit(stream, WordAdded(word="tea"), tenant_id=alice.tenant.pk)
    assert numbers(stream) == [1, 2]
    assert "lost" not in str(list(models.Event.objects.values_list("data", flat=True)))


def test_a_tenant_takes_its_streams_along(alice: Person, charlie: Person, boards: Boards) -> None:
    boards.add("milk", to=boards.make(alice.tenant))
    boards.add("tea", to=boards.make(charlie.tenant))
    alice.tenant.delete()
    assert set(models.Stream.objects.values_list("tenant_id", flat=True)) == {charlie.tenant.pk}
    assert set(models.Event.objects.values_list("tenant_id", flat=True)) == {charlie.tenant.pk}


def test_a_person_has_a_stream_per_tenant(alice: Person, charlie: Person) -> None:
    mine = StreamName("user", alice.user.pk)
    before = models.Stream.objects.filter(kind="user", key=alice.user.pk).count()
    with unit_of_work():
        emit(mine, WordAdded(word="here"), tenant_id=alice.tenant.pk)
        emit(mine, WordAdded(word="there"), tenant_id=charlie.tenant.pk)
    assert before == 1  # of joining Acme
    assert models.Stream.objects.filter(kind="user", key=alice.user.pk).count() == 2
