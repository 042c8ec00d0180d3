"""The dashboard's and the manager's pages."""

from __future__ import annotations

from tests.people import Person
from widgets_manager.widgets.models import WidgetInstance, Workspace


def test_it_works(alice: Person, board: WidgetInstance) -> None:
    response = alice.client.get(f"/dashboard/{board.workspace_id}/")
    assert response.status_code == 200
    assert "Team" in response.content.decode()
    assert alice.client.get("/widgets/").status_code == 200


def test_the_start_page_leads_to_the_dashboard_opened_last(alice: Person, team: Workspace, private: Workspace) -> None:
    client = alice.client
    client.get(f"/dashboard/{private.pk}/")
    assert client.get("/")["Location"] == f"/dashboard/{private.pk}/"
    asked = client.get("/dashboard/", {"panel": "recent"})
    assert asked["Location"] == f"/dashboard/{private.pk}/?panel=recent"


def test_a_viewer_without_any_dashboard_sees_an_empty_page(vera: Person) -> None:
    assert vera.client.get("/dashboard/").status_code == 200
    assert not Workspace.objects.exists()


def test_strangers_and_visitors(charlie: Person, board: WidgetInstance, client: object) -> None:
    assert charlie.client.get(f"/dashboard/{board.workspace_id}/").status_code == 404
    fresh = type(charlie.client)()
    assert fresh.get("/widgets/")["Location"].startswith("/sign-in/")
