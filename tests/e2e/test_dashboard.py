"""The dashboard in real browsers: panels added, moved, configured, opened large, and followed live."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import Visit, Visitor
from tests.people import Person
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.workspaces import arrange_workspace, create_workspace
from widgets_manager.widgets.intents import execute_operation
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.samples import sample_manifest

pytestmark = pytest.mark.e2e
Cell = dict[str, int]


@pytest.fixture
def team(alice: Person) -> Workspace:
    return create_workspace(actor=alice.actor, name="Team", visibility="tenant")


@pytest.fixture
def board(alice: Person) -> InstalledWidget:
    """A Task Board for everybody, with two things to configure."""
    manifest = json.loads(sample_manifest("task-board") or "")
    manifest["configSchema"] = {
        "type": "object",
        "properties": {
            "columns": {"type": "array", "title": "Columns", "items": {"type": "string", "maxLength": 20}},
            "colour": {"enum": ["blue", "green"], "title": "Colour"},
        },
        "additionalProperties": False,
    }
    source = installs.from_text(json.dumps(manifest))
    return installs.install_widget(actor=alice.actor, source=source, tenant_wide=True)[0]


def place(person: Person, workspace: Workspace, widget: InstalledWidget | str, **cell: int) -> WidgetInstance:
    what: Any = {"builtin_slug": widget} if isinstance(widget, str) else {"widget": widget}
    return place_widget(actor=person.actor, workspace=workspace, layout=cell or None, **what)


def add_task(person: Person, instance: WidgetInstance, title: str) -> None:
    """As the chat of somebody else does it."""
    with unit_of_work():
        params = {"title": title}
        execute_operation(actor=person.actor, panel=panel_of(instance), operation_name="add", params=params)


def opened(visitor: Visitor, workspace: Workspace, query: str = "") -> Page:
    page = visitor.go(f"/dashboard/{workspace.pk}/{query}")
    page.wait_for_function("() => !document.querySelector('.dashboard-skeleton')")
    page.wait_for_function("() => !document.querySelector('.panel-skeleton')")
    return page


def panel(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def choose(page: Page, title: str, entry: str) -> None:
    """From a panel's menu."""
    page.get_by_role("button", name=f"Menu of {title}").click()
    panel(page, title).get_by_role("button", name=entry).click()


def stands(instance: WidgetInstance) -> Cell:
    instance.refresh_from_db()
    return dict(instance.layout)


def shown_at(page: Page, title: str) -> Cell:
    """The grid cell of a panel as the browser shows it."""
    cell: Cell = panel(page, title).evaluate(
        "element => { const {x, y, w, h} = element.closest('.grid-stack-item').gridstackNode; return {x, y, w, h}; }"
    )
    return cell


def drag(page: Page, handle: Locator, right: int, down: int) -> None:
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part in (0.3, 0.7, 1):
        page.mouse.move(x + right * part, y + down * part, steps=4)
    page.mouse.up()


def test_it_works(alice: Person, team: Workspace, board: InstalledWidget, visit: Visit) -> None:
    for slug in ("recent", "quick-links-a", "demo"):
        place(alice, team, slug)
    visitor = visit(alice)
    page = opened(visitor, team)
    page.get_by_role("button", name="Add panel").click()
    page.get_by_label("Search widgets").fill("task")
    page.get_by_role("button", name="Add Task Board").click()
    expect(page.get_by_text("Added: Task Board A")).to_be_visible()
    visitor.check_accessibility("dialog")
    visitor.photograph("dashboard-add", themes=("light",))
    page.get_by_role("button", name="Close", exact=True).click()
    expect(panel(page, "Task Board A")).to_be_focused()
    visitor.check_accessibility()
    page.get_by_role("button", name="Add panel").click()
    page.get_by_role("button", name="Add Task Board").click()
    expect(page.get_by_text("Added: Task Board B")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(panel(page, "Task Board B")).to_be_focused()
    field = panel(page, "Task Board B").get_by_label("Task", exact=True)
    field.fill("Buy milk")
    field.press("Enter")
    expect(panel(page, "Task Board B").locator(".kanban-card")).to_contain_text("Buy milk")
    expect(panel(page, "Task Board A").locator(".kanban-card")).to_have_count(0)
    expect(panel(page, "Recent").get_by_text("Buy milk")).to_be_visible()
    assert not visitor.overflows()
    visitor.photograph("dashboard", widths=(1280, 1600, 768, 360))
    assert visitor.faults == []


def test_two_people_see_one_change(
    alice: Person, bob: Person, team: Workspace, board: InstalledWidget, visit: Visit
) -> None:
    first = place(alice, team, board, x=0, y=0, w=6, h=4)
    page = opened(visit(alice), team)
    theirs = opened(visit(bob), team)
    add_task(bob, first, "Water the plants")
    added = panel(page, "Task Board A").locator(".kanban-card", has_text="Water the plants")
    expect(added).to_be_visible()
    expect(added).to_have_attribute("data-fresh", "")
    expect(panel(theirs, "Task Board A").get_by_text("Water the plants")).to_be_visible()
    second = place(bob, team, board)
    expect(panel(page, "Task Board B")).to_be_visible()
    installs.set_enabled(actor=alice.actor, widget=board, enabled=False)
    expect(panel(theirs, "Task Board B").get_by_text("Switched off", exact=True)).to_be_visible()
    expect(panel(page, "Task Board A").locator(".kanban")).to_have_count(0)
    installs.set_enabled(actor=alice.actor, widget=board, enabled=True)
    expect(panel(page, "Task Board A").get_by_text("Water the plants")).to_be_visible()
    arrange_workspace(actor=bob.actor, workspace=team, layouts={str(second.pk): {"x": 6, "y": 0, "w": 3, "h": 6}})
    page.wait_for_function("() => document.querySelectorAll('.grid-stack-item')[1].getAttribute('gs-h') === '6'")
    assert shown_at(theirs, "Task Board B") == {"x": 6, "y": 0, "w": 3, "h": 6}
    # One's own data of a built-in is one's own on every dashboard, and nobody else's.
    links = place(alice, team, "quick-links-a")
    expect(panel(page, "Quick Links A").get_by_text("No links yet")).to_be_visible()
    panel(page, "Quick Links A").get_by_label("Address").fill("https://example.com/wiki")
    panel(page, "Quick Links A").get_by_role("button", name="Add link").click()
    expect(panel(page, "Quick Links A").get_by_role("link")).to_have_count(1)
    expect(panel(theirs, "Quick Links A").get_by_text("No links yet")).to_be_visible()
    assert links.label == "A"


def test_panels_are_dragged_and_resized(
    alice: Person, bob: Person, team: Workspace, board: InstalledWidget, visit: Visit
) -> None:
    demo, first = place(alice, team, "demo", x=0, y=0, w=4, h=4), place(alice, team, board, x=4, y=0, w=6, h=4)
    visitor = visit(alice)
    page, theirs = opened(visitor, team), opened(visit(bob), team)
    with page.expect_response(re.compile("/api/workspaces/")):
        drag(page, panel(page, "Task Board A").locator(".panel-title"), -400, 0)
    assert stands(first) == {"x": 0, "y": 0, "w": 6, "h": 4} == shown_at(page, "Task Board A")
    made_room = stands(demo)
    assert made_room == shown_at(page, "Demo")
    assert made_room["x"] >= 6 or made_room["y"] >= 4
    theirs.wait_for_function("() => document.querySelector('.grid-stack-item').getAttribute('gs-w') === '6'")
    assert shown_at(theirs, "Demo") == made_room
    panel(page, "Demo").hover()
    with page.expect_response(re.compile("/api/workspaces/")):
        drag(page, panel(page, "Demo").locator("xpath=..").locator(".ui-resizable-se"), 90, 90)
    assert stands(demo) == made_room | {"w": 5, "h": 5}
    assert [frame.get_attribute("data-panel-id") for frame in page.locator("dashboard-panel").all()] == [
        first.panel_id,
        demo.panel_id,
    ]
    assert visitor.faults == []


def test_a_move_that_is_refused_is_undone(alice: Person, team: Workspace, visit: Visit) -> None:
    demo = place(alice, team, "demo", x=0, y=0, w=4, h=4)
    page = opened(visit(alice), team)
    page.route("**/api/workspaces/*", lambda route: refuse(route, "Someone else is tidying up."))
    drag(page, panel(page, "Demo").locator(".panel-title"), 400, 0)
    expect(page.locator(".toast")).to_contain_text("Someone else is tidying up.")
    assert shown_at(page, "Demo") == {"x": 0, "y": 0, "w": 4, "h": 4} == stands(demo)


def refuse(route: Route, message: str) -> None:
    route.fulfill(status=409, json={"error": {"code": "CONFLICT", "message": message}})


def test_panels_are_moved_by_keyboard(alice: Person, team: Workspace, board: InstalledWidget, visit: Visit) -> None:
    place(alice, team, "demo", x=0, y=0, w=4, h=4)
    first = place(alice, team, board, x=4, y=0, w=6, h=4)
    visitor = visit(alice)
    page = opened(visitor, team)
    told = page.locator("workspace-dashboard > [role=status]").first
    choose(page, "Task Board A", "Move or resize by keyboard")
    expect(panel(page, "Task Board A")).to_be_focused()
    expect(told).to_contain_text("Moving Task Board A.")
    visitor.photograph("dashboard-moving", widths=(1280,))
    page.keyboard.press("ArrowRight")
    expect(told).to_have_text("Column 6, row 1; 6 columns wide, 4 rows high.")
    page.keyboard.press("Shift+ArrowDown")
    expect(told).to_contain_text("5 rows high")
    page.keyboard.press("ArrowUp")
    expect(told).to_have_text("No further that way.")
    page.keyboard.press("Escape")
    assert shown_at(page, "Task Board A") == {"x": 4, "y": 0, "w": 6, "h": 4}
    choose(page, "Demo", "Move or resize by keyboard")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(told).to_have_text("Column 3, row 1; 4 columns wide, 4 rows high.")
    with page.expect_response(re.compile("/api/workspaces/")):
        page.keyboard.press("Enter")
    expect(panel(page, "Demo")).to_be_focused()
    assert stands(first) == {"x": 4, "y": 4, "w": 6, "h": 4}
    choose(page, "Demo", "Move or resize by keyboard")
    page.keyboard.press("ArrowDown")
    with page.expect_response(re.compile("/api/workspaces/")):
        page.keyboard.press("Tab")
    assert stands(first)["y"] == 0
    assert visitor.faults == []


def test_removing_asks_first(alice: Person, team: Workspace, board: InstalledWidget, visit: Visit) -> None:
    first = place(alice, team, board, x=0, y=0, w=4, h=4)
    demo = place(alice, team, "demo", x=0, y=4, w=4, h=4)
    page = opened(visit(alice), team)
    choose(page, "Task Board A", "Remove from the dashboard")
    expect(panel(page, "Task Board A").get_by_role("alert")).to_contain_text("Its entries are deleted with it")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    choose(page, "Task Board A", "Remove from the dashboard")
    page.route("**/api/widgets/instances/*", lambda route: refuse(route, "Not now."), times=1)
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Task Board A was not removed: Not now.")
    choose(page, "Task Board A", "Remove from the dashboard")
    with page.expect_response(re.compile("/api/workspaces/")):
        page.get_by_role("button", name="Remove", exact=True).click()
    expect(panel(page, "Task Board A")).to_have_count(0)
    assert not WidgetInstance.objects.filter(pk=first.pk).exists()
    assert stands(demo) == {"x": 0, "y": 0, "w": 4, "h": 4}


def test_a_panel_is_configured(alice: Person, team: Workspace, board: InstalledWidget, visit: Visit) -> None:
    first = place(alice, team, board)
    visitor = visit(alice)
    page = opened(visitor, team)
    choose(page, "Task Board A", "Configure")
    page.get_by_role("textbox", name="Name").fill("Release <b>2</b>")
    page.get_by_label("Columns").fill("Ideas\n" + "x" * 30)
    page.get_by_label("Colour").select_option("green")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("dialog .error")).to_contain_text("config.columns[1]")
    visitor.check_accessibility("dialog")
    visitor.photograph("dashboard-configure", widths=(1280,))
    page.get_by_label("Columns").fill("Ideas\nShipped")
    page.get_by_role("button", name="Save").click()
    expect(panel(page, "Release <b>2</b> A").get_by_role("heading", name="Shipped")).to_be_visible()
    first.refresh_from_db()
    assert first.config == {"title": "Release <b>2</b>", "columns": ["Ideas", "Shipped"], "colour": "green"}


def test_a_panel_opens_large(alice: Person, team: Workspace, board: InstalledWidget, visit: Visit) -> None:
    first = place(alice, team, board, x=0, y=0, w=5, h=4)
    place(alice, team, "recent", x=5, y=0, w=4, h=4)
    visitor = visit(alice)
    page = opened(visitor, team)
    drawer = page.get_by_role("dialog", name="Task Board")
    panel(page, "Task Board A").locator(".panel-title").dblclick()
    expect(drawer).to_be_focused()
    expect(page).to_have_url(re.compile(rf"\?panel={first.panel_id}$"))
    add_task(alice, first, "Seen twice")
    expect(drawer.get_by_text("Seen twice")).to_be_visible()
    expect(panel(page, "Task Board A").get_by_text("Seen twice")).to_be_visible()
    visitor.check_accessibility(".panel-drawer")
    visitor.photograph("dashboard-drawer")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/$"))
    panel(page, "Task Board A").focus()
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    page.get_by_role("button", name="Close the panel").click()
    page.evaluate(
        "id => window.dispatchEvent(new CustomEvent('panel:open', {detail: {panel_id: id}, cancelable: true}))",
        first.panel_id,
    )
    expect(drawer.get_by_text("Seen twice")).to_be_visible()
    page.reload()
    expect(drawer.get_by_text("Seen twice")).to_be_visible()
    page.keyboard.press("Escape")
    panel(page, "Recent").get_by_role("button", name="Seen twice").click()
    expect(drawer).to_be_visible()
    opened(visitor, team, "?panel=nobody-knows-this")
    expect(page.get_by_role("dialog").get_by_text("This panel is not there")).to_be_visible()
    assert visitor.faults == []


def test_a_failing_panel_can_be_tried_again(alice: Person, team: Workspace, visit: Visit) -> None:
    place(alice, team, "demo")
    visitor = visit(alice)
    page = visitor.page
    fault = {"error": {"code": "INTERNAL", "message": "The database is away."}}
    page.route("**/api/panels/*/view", lambda route: route.fulfill(status=500, json=fault), times=1)
    opened(visitor, team)
    expect(panel(page, "Demo").get_by_role("alert")).to_contain_text("The database is away.")
    visitor.photograph("dashboard-failed", widths=(1280,))
    panel(page, "Demo").get_by_role("button", name="Try again").click()
    expect(panel(page, "Demo").get_by_role("button", name="Count up")).to_be_visible()
    page.route("**/api/panels/demo/count", lambda route: refuse(route, "The counter is stuck."), times=1)
    panel(page, "Demo").get_by_role("button", name="Count up").click()
    expect(page.locator(".toast")).to_contain_text("The counter is stuck.")


def test_a_click_counts_once_in_both_tabs(alice: Person, team: Workspace, visit: Visit) -> None:
    place(alice, team, "demo")
    visitor = visit(alice)
    page = opened(visitor, team)
    second = visitor.open_tab()
    second.goto(page.url)
    expect(panel(second, "Demo")).to_contain_text("0")
    panel(page, "Demo").get_by_role("button", name="Count up").click()
    expect(panel(page, "Demo").locator("wm-stat")).to_contain_text("1")
    expect(panel(second, "Demo").locator("wm-stat")).to_contain_text("1")


def test_dashboards_are_made_renamed_shared_and_deleted(
    alice: Person, bob: Person, team: Workspace, visit: Visit
) -> None:
    visitor = visit(bob)
    page = opened(visitor, team)
    expect(page.get_by_role("button", name="Dashboard options")).to_have_count(0)
    page.get_by_role("button", name="Dashboard: Team").click()
    visitor.photograph("dashboard-switcher", themes=("dark",))
    page.get_by_role("button", name="New dashboard").click()
    page.get_by_role("button", name="Create").click()
    expect(page.locator("dialog .error")).to_contain_text("1 to 100 characters")
    page.get_by_role("textbox", name="Name").fill("Kitchen")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", name="Kitchen", level=1)).to_be_visible()
    expect(page.get_by_text("Nothing on this dashboard yet")).to_be_visible()
    visitor.check_accessibility()
    visitor.photograph("dashboard-empty")
    hers = opened(visit(alice), team)
    page.get_by_role("button", name="Dashboard options").click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("Kitchen & <i>garden</i>")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Kitchen & <i>garden</i>", level=1)).to_be_visible()
    page.get_by_role("button", name="Dashboard options").click()
    page.get_by_role("button", name="Share with the organisation").click()
    expect(page.locator(".toast")).to_contain_text("Everybody in the organisation sees")
    hers.get_by_role("button", name="Dashboard: Team").click()
    hers.get_by_role("link", name="Kitchen & <i>garden</i>").click()
    expect(hers.get_by_role("heading", name="Kitchen & <i>garden</i>", level=1)).to_be_visible()
    page.get_by_role("button", name="Dashboard options").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("alert")).to_contain_text("Installed widgets stay.")
    page.get_by_role("group", name="Dashboard options").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Team", level=1)).to_be_visible()
    expect(hers.get_by_text("This dashboard is not there any more")).to_be_visible()
    assert not Workspace.objects.filter(name__startswith="Kitchen").exists()


def test_a_viewer_looks_and_cannot_change(
    alice: Person, vera: Person, team: Workspace, board: InstalledWidget, visit: Visit
) -> None:
    first = place(alice, team, board)
    add_task(alice, first, "Buy milk")
    visitor = visit(vera)
    page = opened(visitor, team)
    expect(panel(page, "Task Board A").get_by_text("Buy milk")).to_be_visible()
    for name in ("Add panel", "Menu of Task Board A", "Dashboard options"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    drag(page, panel(page, "Task Board A").locator(".panel-title"), 300, 200)
    assert shown_at(page, "Task Board A") == stands(first)
    visitor.check_accessibility()
    visitor.photograph("dashboard-viewer", widths=(1280,))


def test_a_widget_is_switched_from_its_panel(
    alice: Person, bob: Person, team: Workspace, board: InstalledWidget, visit: Visit
) -> None:
    place(alice, team, board)
    theirs = opened(visit(bob), team)
    theirs.get_by_role("button", name="Menu of Task Board A").click()
    expect(theirs.get_by_text("Only who installed it, or an admin, can do this.")).to_be_visible()
    visitor = visit(alice)
    page = opened(visitor, team)
    choose(page, "Task Board A", "Switch the widget off")
    expect(panel(page, "Task Board A").get_by_text("Switched off", exact=True)).to_be_visible()
    visitor.check_accessibility()
    visitor.photograph("dashboard-off", widths=(1280,))
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(panel(page, "Task Board A").locator(".kanban")).to_be_visible()


def test_without_the_live_connection_the_dashboard_still_works(alice: Person, team: Workspace, visit: Visit) -> None:
    place(alice, team, "demo")
    visitor = visit(alice)
    visitor.page.route_web_socket("**/ws/live/", lambda socket: socket.close())
    page = opened(visitor, team)
    panel(page, "Demo").get_by_role("button", name="Count up").click()
    expect(panel(page, "Demo").locator("wm-stat")).to_contain_text("1")


def test_the_chat_learns_what_is_on_the_screen(alice: Person, team: Workspace, visit: Visit) -> None:
    demo, recent = place(alice, team, "demo"), place(alice, team, "recent")
    page = opened(visit(alice), team)
    panel(page, "Recent").locator(".panel-title").click()
    expect(panel(page, "Recent")).to_have_attribute("data-focused", "")
    expect(panel(page, "Demo")).not_to_have_attribute("data-focused", "")
    page.get_by_role("button", name="Chat", exact=True).click()
    page.get_by_label("Message").fill("show recent")
    with page.expect_request(re.compile(r"/api/conversations/.*/messages$")) as sent:
        page.get_by_label("Message").press("Enter")
    body: dict[str, Any] = sent.value.post_data_json or {}
    assert set(body["visiblePanelIds"]) == {demo.panel_id, recent.panel_id}
    assert body["focusedPanelId"] == recent.panel_id


def test_another_tenants_dashboard_is_not_there(charlie: Person, team: Workspace, visit: Visit) -> None:
    visitor = visit(charlie)
    response = visitor.page.goto(f"{visitor.address}/dashboard/{team.pk}/")
    assert response is not None
    assert response.status == 404
