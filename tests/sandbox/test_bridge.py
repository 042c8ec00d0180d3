"""The one checked call of the bridge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sandbox.frames.capabilities import Capability, CapabilityCall, capabilities
from sandbox.frames.models import Grant
from tests.people import Person, assert_refused
from tests.sandbox.places import (
    EVERYTHING,
    another_version,
    answer,
    ask,
    ask_with,
    place_scripted,
    result,
    scripted,
)
from tests.widgets.conftest import install, place
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import AuditEntry
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

READS = {
    "workspace.getPanels": ("read:workspace", {}),
    "workspace.getActivePanel": ("read:workspace", {}),
    "notes.getNote": ("read:notes", {"noteId": "x"}),
    "notes.getCurrentNote": ("read:notes", {}),
    "network.fetch": ("network:fetch", {"url": "https://x.example"}),
}
WRITES = {
    "workspace.openPanel": ("write:workspace", {"panelId": "x"}),
    "workspace.closePanel": ("write:workspace", {"panelId": "x"}),
    "notes.updateNote": ("write:notes", {"noteId": "x", "content": "y"}),
    "chat.sendMessage": ("write:chat", {"text": "x"}),
}
FREE: dict[str, tuple[str, dict[str, Any]]] = {
    "storage.get": ("", {"key": "k"}),
    "storage.set": ("", {"key": "k", "value": 1}),
}


@pytest.fixture
def silenced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Methods that only note that they ran."""
    ran: list[str] = []

    def quiet(one: Capability) -> Capability:
        def run(call: CapabilityCall) -> str:
            ran.append(one.method)
            return "ran"

        return replace(one, run=run, subject=lambda call: "about")

    monkeypatch.setattr(capabilities, "_known", {one.method: quiet(one) for one in capabilities})
    return ran


def test_it_works(alice: Person, gadget: WidgetInstance) -> None:
    assert result(ask(alice, gadget, "storage.get", key="k")) is None
    asked = assert_refused(
        ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id), 403, "PERMISSION_REQUIRED"
    )
    assert asked["subject"] == "Gadget A"
    answer(alice, gadget, "write:workspace", "once")
    opened = result(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id))
    assert opened == {"panelId": gadget.panel_id, "title": "Gadget A"}
    assert_refused(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id), 403, "PERMISSION_REQUIRED")


def test_the_methods_and_their_permissions() -> None:
    assert {one.method: one.permission for one in capabilities} == {
        method: permission for method, (permission, _) in (READS | WRITES | FREE).items()
    }
    assert {one.method for one in capabilities if one.asks} == set(WRITES)


@pytest.mark.parametrize("method", [*READS, *WRITES, *FREE])
@pytest.mark.parametrize(
    "state", ["not declared", "declared", "once", "always", "never", "expired", "another version", "another person"]
)
def test_every_method_in_every_state(
    alice: Person, bob: Person, team: Workspace, silenced: list[str], method: str, state: str
) -> None:
    permission, params = (READS | WRITES | FREE)[method]
    declared = [one for one in EVERYTHING if one != permission or state != "not declared"]
    gadget = place_scripted(alice, team, scripted(declared))
    if state in ("once", "always", "never", "expired", "another version", "another person") and permission:
        level = state if state in ("once", "never") else "always"
        answer(bob if state == "another person" else alice, gadget, permission, level)
    if state == "expired":
        Grant.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    if state == "another version":
        another_version(alice, gadget)
    response = ask(alice, gadget, method, **params)
    asks = method in WRITES
    if permission and state == "not declared":
        assert_refused(response, 403, "PERMISSION_NOT_DECLARED", "method")
    elif asks and state == "never":
        assert_refused(response, 403, "PERMISSION_DENIED")
    elif asks and state not in ("once", "always"):
        error = assert_refused(response, 403, "PERMISSION_REQUIRED")
        assert (error["permission"], error["subject"]) == (permission, "about")
    else:
        assert result(response) == "ran"
    assert silenced == ([method] if response.status_code == 200 else [])


def test_a_stranger_gets_404(charlie: Person, gadget: WidgetInstance, silenced: list[str]) -> None:
    for method, (_, params) in (READS | WRITES | FREE).items():
        assert_refused(ask(charlie, gadget, method, **params), 404, "NOT_FOUND")
    assert_refused(ask(charlie, gadget, "no.such"), 404, "NOT_FOUND")
    assert silenced == []


def test_a_private_dashboard_is_its_owners(alice: Person, bob: Person, private: Workspace) -> None:
    gadget = place_scripted(alice, private)
    assert_refused(ask(bob, gadget, "storage.get", key="k"), 404, "NOT_FOUND")


def test_a_viewer_reads(alice: Person, vera: Person, gadget: WidgetInstance, silenced: list[str]) -> None:
    assert result(ask(vera, gadget, "workspace.getPanels")) == "ran"
    answer(vera, gadget, "write:workspace", "always")
    assert_refused(ask(vera, gadget, "workspace.openPanel", panelId="x"), 403, "PERMISSION_DENIED")
    assert silenced == ["workspace.getPanels"]


def test_a_widget_that_is_off_asks_for_nothing(alice: Person, gadget: WidgetInstance) -> None:
    InstalledWidget.objects.update(enabled=False)
    assert_refused(ask(alice, gadget, "storage.get", key="k"), 409, "WIDGET_DISABLED", "instanceId")


def test_what_has_no_script_has_no_bridge(alice: Person, team: Workspace) -> None:
    board = place(alice, install(alice)["id"], team)
    builtin = alice.client.post("/api/widgets/instances", {"builtin": "demo", "workspaceId": str(team.pk)}).json()
    for instance in (board, builtin["instance"]):
        body = {"instanceId": instance["id"], "method": "storage.get", "params": {"key": "k"}}
        assert_refused(alice.client.post("/api/widgets/bridge", body), 400, "NO_SANDBOX")


def test_unknown_methods_are_named(alice: Person, gadget: WidgetInstance) -> None:
    error = assert_refused(ask(alice, gadget, "storage.gett", key="k"), 422, "UNKNOWN_METHOD", "method")
    assert error["message"] == "method: there is no method 'storage.gett'; did you mean 'storage.get'?"
    assert_refused(ask(alice, gadget, "ui.showToast"), 422, "UNKNOWN_METHOD")


@pytest.mark.parametrize(
    ("method", "params", "path", "says"),
    [
        ("storage.get", {}, "params.key", "required"),
        ("storage.get", {"key": None}, "params.key", "required"),
        ("storage.get", {"key": 7}, "params.key", "string"),
        ("storage.get", {"key": ""}, "params.key", "short"),
        ("storage.get", {"key": "k" * 201}, "params.key", "long"),
        ("storage.get", {"kez": "k", "key": "k"}, "params.kez", "did you mean 'key'?"),
        ("workspace.getPanels", {"all": True}, "params.all", "allowed: none"),
        ("network.fetch", {"url": "https://x.example", "headers": {"a": 1}}, "params.headers.a", "string"),
    ],
)
def test_params_must_fit(
    alice: Person, gadget: WidgetInstance, method: str, params: dict[str, Any], path: str, says: str
) -> None:
    error = assert_refused(ask(alice, gadget, method, **params), 422, "INVALID_PARAMS", path)
    assert says in error["message"]
    assert error["errors"][0]["path"] == path


def test_params_have_64_kb(alice: Person, gadget: WidgetInstance) -> None:
    fits = "x" * (64 * 1024 - len('{"key":"k","value":""}'))
    assert result(ask(alice, gadget, "storage.set", key="k", value=fits))["used"] == len(fits) + 3
    assert_refused(ask(alice, gadget, "storage.set", key="k", value=fits + "x"), 413, "TOO_LARGE", "params")


def test_once_counts_for_what_the_person_was_shown(alice: Person, gadget: WidgetInstance, twin: WidgetInstance) -> None:
    shown = {"method": "workspace.openPanel", "params": {"panelId": twin.panel_id}}
    answer(alice, gadget, "write:workspace", "once", **shown)
    for method, panel in (("workspace.openPanel", gadget), ("workspace.closePanel", twin)):
        assert_refused(ask(alice, gadget, method, panelId=panel.panel_id), 403, "PERMISSION_REQUIRED")
    assert result(ask(alice, gadget, "workspace.openPanel", panelId=twin.panel_id))["title"] == "Gadget B"


def test_always_counts_for_whatever_needs_it(alice: Person, gadget: WidgetInstance, twin: WidgetInstance) -> None:
    shown = {"method": "workspace.openPanel", "params": {"panelId": twin.panel_id}}
    answer(alice, gadget, "write:workspace", "always", **shown)
    assert result(ask(alice, gadget, "workspace.closePanel", panelId=gadget.panel_id))
    assert result(ask(alice, gadget, "workspace.openPanel", panelId=twin.panel_id))


def test_what_one_place_was_granted_is_not_the_others(
    alice: Person, gadget: WidgetInstance, twin: WidgetInstance
) -> None:
    answer(alice, gadget, "write:workspace", "always")
    assert_refused(ask(alice, twin, "workspace.openPanel", panelId=twin.panel_id), 403, "PERMISSION_REQUIRED")


def test_a_write_that_fails_uses_up_no_yes(alice: Person, gadget: WidgetInstance) -> None:
    answer(alice, gadget, "write:workspace", "once")
    assert_refused(ask(alice, gadget, "workspace.openPanel", panelId="nowhere"), 404, "NOT_FOUND")
    assert result(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id))


def test_writes_are_in_the_audit_trail(alice: Person, gadget: WidgetInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(call: CapabilityCall) -> None:
        raise Conflict("no")

    answer(alice, gadget, "write:workspace", "always")
    answer(alice, gadget, "write:notes", "always")
    result(ask(alice, gadget, "workspace.openPanel", panelId=gadget.panel_id))
    capability = capabilities.get("notes.updateNote")
    assert capability is not None
    monkeypatch.setitem(capabilities._known, "notes.updateNote", replace(capability, run=refuse))
    assert ask(alice, gadget, "notes.updateNote", noteId="x", content="y").status_code == 409
    [entry] = AuditEntry.objects.filter(action="bridge.call")
    assert (entry.target_id, entry.actor_name) == (str(gadget.pk), "alice")
    assert entry.data["method"] == "workspace.openPanel"
    assert entry.data["params"] == {"panelId": gadget.panel_id}


def test_panels_of_the_widgets_own_dashboard(
    alice: Person, bob: Person, gadget: WidgetInstance, twin: WidgetInstance, private: Workspace
) -> None:
    place(alice, install(alice)["id"], private)
    panels = result(ask_with(bob, gadget, "workspace.getPanels", {}, visiblePanelIds=[twin.panel_id]))
    assert [(one["title"], one["visible"], one["active"]) for one in panels] == [
        ("Gadget A", False, False),
        ("Gadget B", True, False),
    ]
    assert panels[0] == {
        "panelId": gadget.panel_id, "title": "Gadget A", "type": "gadget", "label": "A",
        "active": False, "visible": False,
    }  # fmt: skip
    active = result(ask_with(bob, gadget, "workspace.getActivePanel", {}, focusedPanelId=twin.panel_id))
    assert (active["panelId"], active["active"]) == (twin.panel_id, True)
    assert result(ask(bob, gadget, "workspace.getActivePanel")) is None


def test_a_panel_elsewhere_is_not_opened(alice: Person, gadget: WidgetInstance, private: Workspace) -> None:
    """Nor is anybody asked whether it may be."""
    other = place(alice, install(alice)["id"], private)
    for level in (None, "always"):
        if level:
            answer(alice, gadget, "write:workspace", level)
        for method in ("workspace.openPanel", "workspace.closePanel"):
            assert_refused(ask(alice, gadget, method, panelId=other["panel_id"]), 404, "NOT_FOUND")


def test_a_token_may_call(alice: Person, gadget: WidgetInstance) -> None:
    body = {"instanceId": str(gadget.pk), "method": "storage.get", "params": {"key": "k"}}
    assert alice.bearer("widgets").post("/api/widgets/bridge", body).json() == {"result": None}
    assert_refused(alice.bearer("chat:intents").post("/api/widgets/bridge", body), 403, "PERMISSION_DENIED")
