"""Tools of plugins for chat backends outside: in the manifests like a panel's intent, and run by the intent's route."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.plugins.models import PluginRun
from tests.chat.test_plugin_tools import ADD, TOOL, files_root  # noqa: F401  (a fixture)
from tests.isolated import isolates, isolates_socket  # noqa: F401  (fixtures)
from tests.people import Person, assert_refused
from tests.plugins.runs import plugin
from widgets_manager.core.models import AuditEntry, Tenant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("isolates")]


def manifests(person: Person, **body: Any) -> dict[str, Any]:
    response = person.bearer("chat:manifests").post("/api/chat/manifests", body)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def execute(person: Person, panel: str, intent: str, params: dict[str, Any], **body: Any) -> Any:
    args = {"panelId": panel, "intentName": intent, "params": params}
    return person.bearer("chat:intents").post("/api/chat/intent", {"args": args, **body})


def slugs(person: Person, **body: Any) -> list[str]:
    return [one["panelId"] for one in manifests(person, **body)["manifests"] if one["panelType"] == "plugin"]


def test_it_works(alice: Person) -> None:
    plugin(alice, ADD, tool=TOOL)
    answer = manifests(alice, visiblePanelIds=[])  # it stands on no screen, so it is always visible
    [found] = [one for one in answer["manifests"] if one["panelId"] == "doer"]
    [intent] = found["intents"]
    assert (intent["name"], intent["permission"], intent["examples"]) == ("add_up", "read", ["add up 2 and 3"])
    assert intent["paramsSchema"]["a"] == {"type": "number", "required": True}
    [name] = [name for name, target in answer["toolTargets"].items() if target["panelId"] == "doer"]
    [tool] = [tool["function"] for tool in answer["tools"] if tool["function"]["name"] == name]
    assert tool["parameters"] == TOOL["parameters"]
    assert 'panelId: "doer"' in answer["promptSection"]
    result = execute(alice, "doer", "add_up", {"a": 2, "b": 3}, visiblePanelIds=[])
    assert result.status_code == 200, result.content
    assert result.json() == {"success": True, "data": {"sum": 5}}
    assert PluginRun.objects.get().input == {"a": 2, "b": 3}


def test_whose_they_are(alice: Person, bob: Person, vera: Person, charlie: Person) -> None:
    plugin(alice, ADD, tool=TOOL, tenant_wide=True)
    plugin(alice, ADD, name="hers", tool=TOOL)
    plugin(alice, ADD, name="by-hand", tool=TOOL, trigger="manual")
    plugin(alice, ADD, name="writer", tool=TOOL | {"permission": "write"}, tenant_wide=True)
    everybodys = ["doer", "writer"]
    for person, names in ((alice, [*everybodys, "hers"]), (bob, everybodys), (vera, ["doer"]), (charlie, [])):
        assert sorted(slugs(person)) == sorted(names)
    for person, panel in ((bob, "hers"), (charlie, "doer"), (alice, "by-hand"), (vera, "writer")):
        assert_refused(execute(person, panel, "add_up", {"a": 1, "b": 1}), 404, "NOT_FOUND")
    assert not PluginRun.objects.exists()


def test_it_is_gone_from_the_very_next_answer(alice: Person) -> None:
    widget = plugin(alice, ADD, tool=TOOL)
    for enabled in (True, False, True):
        alice.client.post("/api/widgets/enable", {"id": str(widget.pk), "enabled": enabled})
        assert slugs(alice) == (["doer"] if enabled else [])
        status = execute(alice, "doer", "add_up", {"a": 1, "b": 1}).status_code
        assert status == (200 if enabled else 404)


def test_refusals(alice: Person) -> None:
    plugin(alice, "return { error: true, message: 'No ink.' };", tool=TOOL)
    assert_refused(execute(alice, "doer", "add_up", {"a": "x"}), 422, "INVALID_PARAMS")
    error = assert_refused(execute(alice, "doer", "drop", {}), 404, "UNKNOWN_INTENT")
    assert error["supported"] == ["add_up"]
    assert execute(alice, "doer", "add_up", {"a": 1, "b": 1}).json() == {"success": False, "error": "No ink."}


def test_a_write_is_confirmed_and_noted(alice: Person, acme: Tenant) -> None:
    plugin(alice, ADD, tool=TOOL | {"permission": "write"})
    Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
    params = {"a": 1, "b": 2}
    error = assert_refused(execute(alice, "doer", "add_up", params), 409, "CONFIRMATION_REQUIRED")
    assert not PluginRun.objects.exists()
    key = error["confirmationId"]
    assert_refused(execute(alice, "doer", "add_up", {"a": 9, "b": 9}, confirmationId=key), 409, "CONFIRMATION_MISMATCH")
    assert execute(alice, "doer", "add_up", params, confirmationId=key).json()["data"] == {"sum": 3}
    assert_refused(execute(alice, "doer", "add_up", params, confirmationId=key), 409, "CONFIRMATION_USED")
    assert AuditEntry.objects.filter(action="intent.execute").count() == 1
    assert PluginRun.objects.count() == 1


def test_a_turn_cannot_reach_it_as_a_panel(alice: Person) -> None:
    """The chat of this server calls tools as functions; as panels' intents they would run inside a transaction."""
    from chat.turns.outcomes import run_call
    from widgets_manager.llm.types import IntentCall

    plugin(alice, ADD, tool=TOOL)
    outcome = run_call(actor=alice.actor, call=IntentCall("doer", "add_up", {"a": 1, "b": 1}), visible_ids=None)
    assert outcome.payload["code"] == "NOT_FOUND"
    assert not PluginRun.objects.exists()
