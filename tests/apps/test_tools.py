"""Tools: own intents, functions, their arguments, roles, results."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from tests.people import Person
from tests.widgets.conftest import place
from widgets_manager.apps import functions as registry
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function, resolve_function
from widgets_manager.apps.results import ToolResult
from widgets_manager.apps.tools import MAX_RESULT, call_tool
from widgets_manager.core.actor import Via
from widgets_manager.core.exceptions import ApiError, ConfirmationRequired, Conflict
from widgets_manager.core.models import AuditEntry, PendingConfirmation, Role
from widgets_manager.widgets.models import InstalledWidget, Workspace

pytestmark = pytest.mark.django_db


class Params(BaseModel):
    topic: str = Field(min_length=1)
    duration: int = 30
    tags: list[str] = []


calls: list[FunctionCall] = []


def note(call: FunctionCall) -> ActionResult:
    """Keeps a row, so that what is undone can be seen."""
    calls.append(call)
    AuditEntry.objects.create(tenant=call.actor.tenant, action="probe", actor_name="probe", via="session")
    match call.params.topic:
        case "refuse":
            return ActionResult(False)
        case "conflict":
            raise Conflict("There is one already.", code="ALREADY_THERE")
        case "crash":
            raise RuntimeError("a secret detail")
        case "large":
            return ActionResult(True, "x" * MAX_RESULT)
        case "odd":
            return ActionResult(True, object())
    return ActionResult(True, call.params.model_dump())


@pytest.fixture(autouse=True)
def probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions of the tests beside those of the samples."""
    monkeypatch.setattr(registry, "_functions", dict(registry._functions))
    calls.clear()
    register_function("probe.note", description="Note it.", run=note, params_model=Params, effect="write")
    register_function("probe.read", description="Read it.", run=note, params_model=Params)
    register_function("other.read", description="Read it.", run=note, params_model=Params)
    register_function("probe.free", description="Anything.", run=lambda call: ActionResult(True, call.params))


def call(person: Person, name: str, args: dict[str, Any] | None = None, **more: Any) -> ToolResult:
    return call_tool(actor=person.actor, app=None, name=name, args=args or {}, **more)


def refusal(person: Person, name: str, args: dict[str, Any] | None = None, **more: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        call(person, name, args, **more)
    return caught.value


def test_it_works(alice: Person) -> None:
    result = call(alice, "note", {"topic": "1:1", "duration": "45"})
    assert result.as_dict() == {"success": True, "data": {"topic": "1:1", "duration": 45, "tags": []}, "error": None}
    assert result.tool == "note"
    entry = AuditEntry.objects.get(action="tool.call")
    assert entry.data["tool"] == "probe.note"
    assert entry.data["args"] == {"topic": "1:1", "duration": "45"}


def test_form_then_ctx_fill_what_is_absent_and_known(alice: Person) -> None:
    form, ctx = {"topic": "of the form", "colour": "red"}, {"topic": "of the ctx", "duration": 5, "path": "/"}
    assert call(alice, "probe.note", {}, form=form, ctx=ctx).data["topic"] == "of the form"
    assert call(alice, "probe.note", {"topic": "own"}, form=form, ctx=ctx).data == {
        "topic": "own", "duration": 5, "tags": []
    }  # fmt: skip
    assert call(alice, "probe.free", {"a": 1}, form={"a": 2, "b": 3}).data == {"a": 1, "b": 3}


def test_names(alice: Person) -> None:
    assert resolve_function("note").name == "probe.note"
    error = refusal(alice, "read")
    assert (error.code, error.status) == ("AMBIGUOUS_TOOL", 422)
    assert error.data["candidates"] == ["other.read", "probe.read"]
    error = refusal(alice, "create_meting")
    assert (error.code, error.status) == ("UNKNOWN_TOOL", 404)
    assert "did you mean 'create_meeting'?" in error.message


@pytest.mark.parametrize(
    ("args", "path", "says"),
    [
        ({}, "args.topic", "required"),
        ({"topic": ""}, "args.topic", "at least 1 character"),
        ({"topic": "x", "duration": "soon"}, "args.duration", "valid integer"),
        ({"topic": "x", "tags": ["a", 7]}, "args.tags[1]", "valid string"),
        ({"topic": "x", "durations": 5}, "args.durations", "did you mean 'duration'?"),
        ({"topic": "a\0b"}, "args.topic", "without NUL"),
    ],
)
def test_arguments_are_checked(alice: Person, args: dict[str, Any], path: str, says: str) -> None:
    error = refusal(alice, "probe.note", args)
    assert (error.code, error.status, error.path) == ("INVALID_PARAMS", 422, path)
    assert says in error.message
    assert calls == []


def test_every_fault_is_told_at_once(alice: Person) -> None:
    error = refusal(alice, "probe.note", {"duration": "x", "tagz": []})
    assert {problem.path for problem in error.errors} == {"args.topic", "args.duration", "args.tagz"}


def test_what_the_tool_says_no_to_is_a_result(alice: Person) -> None:
    result = call(alice, "probe.note", {"topic": "refuse"})
    assert (result.success, result.error) == (False, "probe.note did not succeed.")
    assert AuditEntry.objects.get(action="tool.call").data["success"] is False


def test_its_api_error_is_a_refusal_and_leaves_nothing(alice: Person) -> None:
    error = refusal(alice, "probe.note", {"topic": "conflict"})
    assert (error.code, error.status) == ("ALREADY_THERE", 409)
    assert not AuditEntry.objects.filter(action__in=["tool.call", "probe"]).exists()


@pytest.mark.parametrize(
    ("topic", "says"), [("crash", "failed on the server"), ("odd", "failed on the server"), ("large", "256 KB")]
)
def test_its_own_fault_is_undone_logged_and_told_without_details(alice: Person, topic: str, says: str) -> None:
    result = call(alice, "probe.note", {"topic": topic})
    assert not result.success
    assert says in (result.error or "")
    assert "secret" not in (result.error or "")
    assert not AuditEntry.objects.filter(action="probe").exists()
    assert AuditEntry.objects.get(action="tool.call").data["success"] is False


def test_a_viewer_reads_and_does_not_write(vera: Person) -> None:
    assert refusal(vera, "probe.note", {"topic": "x"}).code == "PERMISSION_DENIED"
    assert call(vera, "probe.read", {"topic": "x"}).success


class TestConfirmation:
    """Where the organisation confirms writes, a model asks first; a person's own click is the yes."""

    @pytest.fixture(autouse=True)
    def asks(self, alice: Person) -> None:
        alice.tenant.confirm_writes = True
        alice.tenant.save()

    def test_a_click_needs_none(self, alice: Person) -> None:
        assert call(alice, "probe.note", {"topic": "x"}).success

    def test_a_model_asks_and_its_yes_is_for_these_arguments(self, alice: Person) -> None:
        model = replace(alice.actor, via=Via.CHAT)
        given: dict[str, Any] = {"actor": model, "app": None, "name": "probe.note", "args": {"topic": "x"}}
        with pytest.raises(ConfirmationRequired) as asked:
            call_tool(**given)
        assert calls == []
        key = asked.value.data["confirmationId"]
        with pytest.raises(Conflict, match="other arguments"):
            call_tool(**given | {"args": {"topic": "y"}}, confirmation_id=key)
        assert call_tool(**given, confirmation_id=key).success
        with pytest.raises(Conflict, match="already answered"):
            call_tool(**given, confirmation_id=key)

    def test_an_intent_by_a_click_keeps_the_yes(self, alice: Person, both: InstalledWidget, team: Workspace) -> None:
        place(alice, str(both.pk), team)
        assert call_tool(actor=alice.actor, app=both, name="add_task", args={"title": "milk"}).success
        assert PendingConfirmation.objects.get().used_at


class TestIntents:
    """The intents of the app's own package come first."""

    def test_it_works(self, alice: Person, both: InstalledWidget, team: Workspace) -> None:
        place(alice, str(both.pk), team)
        result = call_tool(actor=alice.actor, app=both, name="add_task", args={}, form={"title": "milk", "more": 1})
        assert result.success
        assert "milk" in result.data["message"]
        shown = call_tool(actor=alice.actor, app=both, name="show_tasks", args={})
        assert [item["title"] for item in shown.data["items"]] == ["milk"]

    def test_it_must_stand_somewhere(self, alice: Person, both: InstalledWidget) -> None:
        with pytest.raises(Conflict) as caught:
            call_tool(actor=alice.actor, app=both, name="add_task", args={"title": "milk"})
        assert caught.value.code == "NOT_PLACED"

    def test_arguments_are_checked_with_paths_of_a_tool(
        self, alice: Person, both: InstalledWidget, team: Workspace
    ) -> None:
        place(alice, str(both.pk), team)
        with pytest.raises(ApiError) as caught:
            call_tool(actor=alice.actor, app=both, name="add_task", args={"titel": "milk"})
        assert {problem.path for problem in caught.value.errors} == {"args.titel", "args.title"}
        assert caught.value.message.startswith("args.titel: unknown parameter")

    def test_they_are_known_to_no_other_app(self, alice: Person) -> None:
        assert refusal(alice, "add_task", {"title": "x"}).code == "UNKNOWN_TOOL"

    def test_a_viewer_may_not(self, alice: Person, vera: Person, both: InstalledWidget, team: Workspace) -> None:
        place(alice, str(both.pk), team)
        assert vera.actor.role is Role.VIEWER
        with pytest.raises(ApiError) as caught:
            call_tool(actor=vera.actor, app=both, name="add_task", args={"title": "x"})
        assert caught.value.code == "PERMISSION_DENIED"


@pytest.mark.parametrize("name", ["note", "Probe.note", "probe.", "probe.a b", ""])
def test_a_function_has_a_module_and_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="not a name such as"):
        register_function(name, description="", run=note)


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register_function("probe.note", description="", run=note)
