"""GET /api/panels/<instance id, panel_id or built-in slug>/view."""

from __future__ import annotations

import uuid

from tests.panels.conftest import Desk
from tests.people import Person, assert_refused


def test_it_works(board: Desk, alice: Person) -> None:
    board.run("add", title="buy milk")
    for key in (str(board.instance_id), board.panel.panel_id):
        response = alice.client.get(f"/api/panels/{key}/view")
        assert response.status_code == 200, response.content
        shown = response.json()
        assert shown["panel"]["title"] == "Board A"
        assert shown["panel"]["instance_id"] == str(board.instance_id)
        assert shown["tree"]["type"] == "column"
        assert [item["title"] for item in shown["data"]["items"]] == ["buy milk"]
        assert shown["data"]["can_write"] is True


def test_charlie_gets_404(board: Desk, charlie: Person) -> None:
    for key in (str(board.instance_id), board.panel.panel_id):
        assert_refused(charlie.client.get(f"/api/panels/{key}/view"), 404, "NOT_FOUND")


def test_unknown_panels(alice: Person) -> None:
    for key in (str(uuid.uuid4()), "nope", "quick-links-aa"):
        assert_refused(alice.client.get(f"/api/panels/{key}/view"), 404, "NOT_FOUND")


def test_built_ins_show_ones_own(alice: Person, bob: Person) -> None:
    alice.client.post("/api/panels/quick-links-a/add", {"params": {"url": "https://example.com"}})
    mine = alice.client.get("/api/panels/quick-links-a/view").json()
    assert [item["url"] for item in mine["data"]["items"]] == ["https://example.com"]
    assert mine["panel"] | {"builtin": True, "instance_id": None} == mine["panel"]
    assert bob.client.get("/api/panels/quick-links-a/view").json()["data"]["items"] == []
    for slug in ("recent", "demo"):
        assert alice.client.get(f"/api/panels/{slug}/view").status_code == 200


def test_viewers_are_told_that_they_only_read(board: Desk, vera: Person) -> None:
    shown = vera.client.get(f"/api/panels/{board.instance_id}/view").json()
    assert shown["data"]["can_write"] is False
    assert "on_move" not in str(shown["tree"])


def test_tokens_need_the_scope(board: Desk, alice: Person) -> None:
    path = f"/api/panels/{board.instance_id}/view"
    assert_refused(alice.bearer("chat:manifests").get(path), 403, "PERMISSION_DENIED")
    assert alice.bearer("widgets").get(path).status_code == 200


def test_a_disabled_widget_is_not_shown(board: Desk, alice: Person) -> None:
    alice.client.post("/api/widgets/enable", {"id": str(board.panel.widget_id), "enabled": False})
    assert_refused(alice.client.get(f"/api/panels/{board.instance_id}/view"), 409, "WIDGET_DISABLED")
