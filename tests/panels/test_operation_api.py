"""POST /api/panels/<slug>/<operation>."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.panels.conftest import Desk
from tests.people import Person, assert_refused
from widgets_manager.core.models import AuditEntry
from widgets_manager.panels.models import PanelItem


def post(person: Person, slug: str, operation: str, **body: Any) -> Any:
    return person.client.post(f"/api/panels/{slug}/{operation}", body)


def test_it_works(board: Desk, alice: Person) -> None:
    response = post(alice, "board", "add", instanceId=str(board.instance_id), params={"title": "buy milk"})
    assert response.status_code == 200, response.content
    assert response.json() == {"success": True, "message": "Added 'buy milk' to Board A."}
    response = post(alice, "board", "list", panelId=board.panel.panel_id)
    [row] = response.json()["items"]
    assert (row["title"], row["type"], row["data"]["position"]) == ("buy milk", "task", 1)
    assert response.json()["showInViewPanel"] == board.panel.panel_id


def test_a_handlers_refusal_is_a_result(board: Desk, alice: Person) -> None:
    response = post(alice, "board", "remove", panelId=board.panel.panel_id, params={"title": "zzz"})
    assert response.status_code == 200
    assert response.json() == {"success": False, "error": "'zzz' matches nothing in Board A."}


def test_charlie_gets_404(board: Desk, charlie: Person) -> None:
    for body in ({"instanceId": str(board.instance_id)}, {"panelId": board.panel.panel_id}):
        assert_refused(post(charlie, "board", "add", **body, params={"title": "x"}), 404, "NOT_FOUND")
    assert not PanelItem.objects.exists()


def test_unknown_panels_and_operations(board: Desk, alice: Person) -> None:
    for body in ({"instanceId": str(uuid.uuid4())}, {"instanceId": "x"}, {"panelId": "nope"}, {}):
        assert_refused(post(alice, "board", "add", **body), 404, "NOT_FOUND")
    # The slug of another panel does not lead to this one.
    assert_refused(post(alice, "other", "list", instanceId=str(board.instance_id)), 404, "NOT_FOUND")
    error = assert_refused(post(alice, "board", "ad", panelId=board.panel.panel_id), 404, "UNKNOWN_OPERATION")
    assert "did you mean 'add'?" in error["message"]
    assert_refused(post(alice, "board", "view", panelId=board.panel.panel_id), 404, "UNKNOWN_OPERATION")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"params": []}, "params"),
        ({"params": "x"}, "params"),
        ({"panelId": 5}, "panelId"),
        ({"extra": 1}, "extra"),
        ({"params": {"title": 5}}, "params.title"),
        ({"params": {"titel": "x"}}, "params.titel"),
        ({"params": {}}, "params.title"),
    ],
)
def test_bad_bodies_name_the_place(board: Desk, alice: Person, body: dict[str, Any], path: str) -> None:
    given = {"panelId": board.panel.panel_id} | body
    error = assert_refused(alice.client.post("/api/panels/board/add", given), 422, _code(path), path)
    assert path.split(".")[-1] in error["message"]
    assert not PanelItem.objects.exists()


def _code(path: str) -> str:
    return "INVALID_PARAMS" if "." in path else "INVALID_INPUT"


def test_viewers_read_and_are_refused_writes(board: Desk, vera: Person) -> None:
    assert post(vera, "board", "list", panelId=board.panel.panel_id).status_code == 200
    refused = post(vera, "board", "add", panelId=board.panel.panel_id, params={"title": "x"})
    assert_refused(refused, 403, "PERMISSION_DENIED")
    assert not PanelItem.objects.exists()


def test_tokens_need_the_scope(board: Desk, alice: Person) -> None:
    path, body = "/api/panels/board/add", {"panelId": board.panel.panel_id, "params": {"title": "x"}}
    assert_refused(alice.bearer("chat:intents").post(path, body), 403, "PERMISSION_DENIED")
    assert alice.bearer("widgets").post(path, body).status_code == 200


def test_a_disabled_widget_does_nothing(board: Desk, alice: Person) -> None:
    widget = str(board.panel.widget_id)
    assert alice.client.post("/api/widgets/enable", {"id": widget, "enabled": False}).status_code == 200
    refused = post(alice, "board", "add", panelId=board.panel.panel_id, params={"title": "x"})
    assert_refused(refused, 409, "WIDGET_DISABLED")
    assert not PanelItem.objects.exists()


def test_the_same_key_writes_once(board: Desk, alice: Person) -> None:
    body = {"panelId": board.panel.panel_id, "params": {"title": "x"}}
    client = alice.client
    for _ in range(2):
        response = client.post("/api/panels/board/add", body, headers={"Idempotency-Key": "k1"})
        assert response.status_code == 200
    assert PanelItem.objects.count() == 1
    assert AuditEntry.objects.filter(action="item.add").count() == 1


def test_built_ins_need_no_id_and_are_ones_own(alice: Person, charlie: Person) -> None:
    body = {"params": {"url": "https://example.com", "name": "Docs"}}
    assert alice.client.post("/api/panels/quick-links-a/add", body).json()["success"] is True
    assert post(charlie, "quick-links-a", "show").json()["items"] == []
    assert post(alice, "quick-links-a", "open", params={"name": "docs"}).json()["openUrl"] == "https://example.com"
