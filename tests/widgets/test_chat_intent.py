"""POST /api/chat/intent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core.models import AuditEntry, PendingConfirmation, Tenant
from widgets_manager.widgets.models import WidgetInstance, Workspace


def call(client: Any, panel_id: str, intent: str, params: dict[str, Any] | None = None, **body: Any) -> Any:
    args = {"panelId": panel_id, "intentName": intent, **({"params": params} if params is not None else {})}
    return client.post("/api/chat/intent", {"args": args, **body})


@pytest.fixture
def todo(alice: Person, team: Workspace) -> WidgetInstance:
    instance = place(alice, install(alice, manifest())["id"], team)
    return WidgetInstance.objects.get(pk=instance["id"])


def titles(client: Any, panel_id: str) -> list[str]:
    return [item["title"] for item in call(client, panel_id, "show_tasks").json().get("items", [])]


def test_it_works(alice: Person, todo: WidgetInstance) -> None:
    client = alice.bearer("chat:intents")
    result = call(client, todo.panel_id, "add_task", {"title": "buy milk"}).json()
    assert result["success"] is True
    assert titles(client, todo.panel_id) == ["buy milk"]
    assert AuditEntry.objects.get(action="intent.execute").data["params"]["title"] == "buy milk"


def test_instances_keep_their_data_apart(alice: Person, todo: WidgetInstance) -> None:
    other = place(alice, str(todo.widget_id), todo.workspace)
    client = alice.bearer("chat:intents")
    call(client, other["panel_id"], "add_task", {"title": "only in B"})
    assert titles(client, todo.panel_id) == []
    assert titles(client, other["panel_id"]) == ["only in B"]


def test_unknown_intent_lists_the_supported_ones(alice: Person, todo: WidgetInstance) -> None:
    error = assert_refused(call(alice.bearer(), todo.panel_id, "add_tsk"), 404, "UNKNOWN_INTENT", "intentName")
    assert error["supported"] == ["add_task", "show_tasks"]
    assert "did you mean 'add_task'?" in error["message"]


@pytest.mark.parametrize(
    ("params", "path"),
    [
        ({}, "params.title"),
        ({"title": 7}, "params.title"),
        ({"title": None}, "params.title"),
        ({"title": "x", "colunm": "Done"}, "params.colunm"),
    ],
)
def test_params_are_checked(alice: Person, todo: WidgetInstance, params: dict[str, Any], path: str) -> None:
    assert_refused(call(alice.bearer(), todo.panel_id, "add_task", params), 422, "INVALID_PARAMS", path)
    assert titles(alice.bearer(), todo.panel_id) == []


def test_disabled_and_invisible_panels_are_refused(alice: Person, todo: WidgetInstance) -> None:
    client = alice.bearer("chat:intents")
    response = call(client, todo.panel_id, "show_tasks", visiblePanelIds=["recent"])
    assert_refused(response, 409, "PANEL_NOT_VISIBLE")
    alice.client.post("/api/widgets/enable", {"id": str(todo.widget_id), "enabled": False})
    assert_refused(call(client, todo.panel_id, "show_tasks"), 409, "WIDGET_DISABLED")


def test_a_handler_of_another_widget_is_never_served(alice: Person, bob: Person, todo: WidgetInstance) -> None:
    document = manifest(panelId="thief", title="Thief")
    place(alice, install(alice, document)["id"], todo.workspace)
    thief = WidgetInstance.objects.get(panel_id__startswith="thief")
    response = call(alice.bearer(), thief.panel_id, "add_task", {"title": "x"})
    assert_refused(response, 422, "HANDLER_NOT_SERVED")
    assert titles(alice.bearer(), todo.panel_id) == []


def test_a_manifest_cannot_make_a_write_look_like_a_read(vera: Person, alice: Person, team: Workspace) -> None:
    document = manifest()
    document["intents"][0]["permission"] = "read"
    instance = place(alice, install(alice, document)["id"], team)
    response = call(vera.bearer(), instance["panel_id"], "add_task", {"title": "x"})
    assert_refused(response, 403, "PERMISSION_DENIED")


def test_vera_reads_and_bob_writes_on_the_shared_board(bob: Person, vera: Person, todo: WidgetInstance) -> None:
    assert call(bob.bearer(), todo.panel_id, "add_task", {"title": "by bob"}).json()["success"]
    assert titles(vera.bearer(), todo.panel_id) == ["by bob"]
    assert_refused(call(vera.bearer(), todo.panel_id, "add_task", {"title": "x"}), 403, "PERMISSION_DENIED")


def test_charlie_finds_no_such_panel(charlie: Person, todo: WidgetInstance) -> None:
    response = call(charlie.bearer(), todo.panel_id, "show_tasks", visiblePanelIds=[todo.panel_id])
    assert_refused(response, 404, "NOT_FOUND")


def test_service_tokens_act_as_the_named_user(alice: Person, bob: Person, todo: WidgetInstance) -> None:
    service = alice.bearer("chat:intents", service=True)
    assert call(service, todo.panel_id, "add_task", {"title": "x"}, user="bob").json()["success"]
    assert AuditEntry.objects.get(action="intent.execute").actor_name == "bob"
    assert_refused(call(service, todo.panel_id, "show_tasks", user="charlie"), 404, "NOT_FOUND")
    assert_refused(call(alice.bearer("chat:intents"), todo.panel_id, "show_tasks", user="bob"), 404, "NOT_FOUND")


def test_scope(alice: Person, todo: WidgetInstance) -> None:
    assert_refused(call(alice.bearer("chat:manifests"), todo.panel_id, "show_tasks"), 403, "PERMISSION_DENIED")


@pytest.mark.parametrize("body", [{}, {"args": []}, {"args": {"panelId": 1}}, {"args": {}, "x": 1}, []])
def test_bad_bodies(alice: Person, body: Any) -> None:
    assert_refused(alice.bearer().post("/api/chat/intent", body), 422, "INVALID_INPUT")


class TestConfirmation:
    @pytest.fixture(autouse=True)
    def _asks(self, acme: Tenant) -> None:
        acme.confirm_writes = True
        acme.save()

    def test_it_works(self, alice: Person, todo: WidgetInstance) -> None:
        client = alice.bearer("chat:intents")
        response = call(client, todo.panel_id, "add_task", {"title": "buy milk"})
        error = assert_refused(response, 409, "CONFIRMATION_REQUIRED")
        assert error["args"]["params"] == {"title": "buy milk"}
        assert error["summary"]
        assert titles(client, todo.panel_id) == []
        confirmed = {"confirmationId": error["confirmationId"]}
        assert call(client, todo.panel_id, "add_task", {"title": "buy milk"}, **confirmed).json()["success"]
        assert titles(client, todo.panel_id) == ["buy milk"]
        again = call(client, todo.panel_id, "add_task", {"title": "buy milk"}, **confirmed)
        assert_refused(again, 409, "CONFIRMATION_USED")

    def test_only_for_the_very_arguments(self, alice: Person, todo: WidgetInstance) -> None:
        client = alice.bearer("chat:intents")
        error = call(client, todo.panel_id, "add_task", {"title": "milk"}).json()["error"]
        other = call(client, todo.panel_id, "add_task", {"title": "poison"}, confirmationId=error["confirmationId"])
        assert_refused(other, 409, "CONFIRMATION_MISMATCH")
        assert titles(client, todo.panel_id) == []

    def test_only_for_the_one_who_was_asked(
        self, alice: Person, bob: Person, charlie: Person, todo: WidgetInstance
    ) -> None:
        key = call(alice.bearer(), todo.panel_id, "add_task", {"title": "milk"}).json()["error"]["confirmationId"]
        stolen = call(bob.bearer(), todo.panel_id, "add_task", {"title": "milk"}, confirmationId=key)
        assert_refused(stolen, 404, "NOT_FOUND")

    def test_it_expires(self, alice: Person, todo: WidgetInstance) -> None:
        key = call(alice.bearer(), todo.panel_id, "add_task", {"title": "milk"}).json()["error"]["confirmationId"]
        pending = PendingConfirmation.objects.get()
        pending.expires_at = pending.created_at
        pending.save()
        late = call(alice.bearer(), todo.panel_id, "add_task", {"title": "milk"}, confirmationId=key)
        assert_refused(late, 409, "CONFIRMATION_EXPIRED")

    def test_reads_are_not_asked_about(self, alice: Person, todo: WidgetInstance) -> None:
        assert call(alice.bearer(), todo.panel_id, "show_tasks").status_code == 200
