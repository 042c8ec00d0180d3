"""What a widget keeps on the server."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.frames.actions import storage
from sandbox.frames.actions.storage import QUOTA
from sandbox.frames.models import StoredValue
from tests.people import Person, assert_refused
from tests.sandbox.places import ask, result
from widgets_manager.widgets.models import WidgetInstance


def test_it_works(alice: Person, gadget: WidgetInstance) -> None:
    assert result(ask(alice, gadget, "storage.get", key="notes")) is None
    value = {"a": [1, 2.5, "é", None, True], "b": {}}
    assert result(ask(alice, gadget, "storage.set", key="notes", value=value)) == {"used": 5 + 35, "quota": QUOTA}
    assert result(ask(alice, gadget, "storage.get", key="notes")) == value
    assert result(ask(alice, gadget, "storage.set", key="notes", value=None)) == {"used": 0, "quota": QUOTA}
    assert result(ask(alice, gadget, "storage.get", key="notes")) is None


@pytest.mark.parametrize("value", [0, False, "", [], {}, "x" * 1000, [[[[1]]]], 2**53 - 1, -0.5])
def test_any_json_is_kept_as_it_is(alice: Person, gadget: WidgetInstance, value: Any) -> None:
    result(ask(alice, gadget, "storage.set", key="k", value=value))
    assert result(ask(alice, gadget, "storage.get", key="k")) == value


def test_a_colleague_finds_it_and_the_twin_does_not(
    alice: Person, bob: Person, gadget: WidgetInstance, twin: WidgetInstance
) -> None:
    result(ask(alice, gadget, "storage.set", key="k", value="of A"))
    assert result(ask(bob, gadget, "storage.get", key="k")) == "of A"
    assert result(ask(alice, twin, "storage.get", key="k")) is None


def test_a_viewer_reads_it_and_changes_nothing(alice: Person, vera: Person, gadget: WidgetInstance) -> None:
    result(ask(alice, gadget, "storage.set", key="k", value="kept"))
    for value in ("mine", None):
        assert_refused(ask(vera, gadget, "storage.set", key="k", value=value), 403, "PERMISSION_DENIED")
    assert result(ask(vera, gadget, "storage.get", key="k")) == "kept"


def test_a_stranger_gets_404(alice: Person, charlie: Person, gadget: WidgetInstance) -> None:
    result(ask(alice, gadget, "storage.set", key="k", value="secret"))
    assert_refused(ask(charlie, gadget, "storage.get", key="k"), 404, "NOT_FOUND")
    assert_refused(ask(charlie, gadget, "storage.set", key="k", value=1), 404, "NOT_FOUND")
    assert StoredValue.objects.get().value == "secret"


def test_a_full_storage_says_what_is_missing(alice: Person, gadget: WidgetInstance) -> None:
    piece = "x" * 60_000
    for key in "abcd":
        result(ask(alice, gadget, "storage.set", key=key, value=piece))
    used = 4 * 60_003
    error = assert_refused(ask(alice, gadget, "storage.set", key="e", value=piece), 413, "STORAGE_FULL")
    assert (error["used"], error["needed"], error["quota"]) == (used, 60_003, QUOTA)
    assert error["message"] == (
        f"The storage of Gadget A is full: the value needs 60,003 bytes, and {QUOTA - used:,} of {QUOTA:,} are free."
    )
    assert result(ask(alice, gadget, "storage.get", key="e")) is None


def test_replacing_and_removing_make_room(alice: Person, gadget: WidgetInstance) -> None:
    piece = "x" * 60_000
    for key in "abcd":
        result(ask(alice, gadget, "storage.set", key=key, value=piece))
    assert result(ask(alice, gadget, "storage.set", key="a", value="y" * 60_000))["used"] == 4 * 60_003
    result(ask(alice, gadget, "storage.set", key="b", value=None))
    assert result(ask(alice, gadget, "storage.set", key="e", value=piece))["used"] == 4 * 60_003


def test_keys_are_counted_too(alice: Person, gadget: WidgetInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MAX_KEYS", 2)
    for key in ("a", "b", "a"):
        result(ask(alice, gadget, "storage.set", key=key, value=1))
    error = assert_refused(ask(alice, gadget, "storage.set", key="c", value=1), 413, "STORAGE_FULL")
    assert "holds 2 keys" in error["message"]


def test_it_goes_with_the_panel(alice: Person, gadget: WidgetInstance, twin: WidgetInstance) -> None:
    for place in (gadget, twin):
        result(ask(alice, place, "storage.set", key="k", value=1))
    alice.client.delete(f"/api/widgets/instances/{gadget.pk}")
    assert [row.instance_id for row in StoredValue.objects.all()] == [twin.pk]
