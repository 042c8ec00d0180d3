"""The Widget Manager in a real browser: installing, switching, placing, configuring, uninstalling."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import Visit, Visitor
from tests.people import Person
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.workspaces import create_workspace
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.samples import sample_manifest

pytestmark = pytest.mark.e2e


def board(**changes: Any) -> str:
    """A manifest as text."""
    manifest = {
        "panelId": "todo",
        "panelType": "taskboard",
        "title": "Todo",
        "version": "1.0",
        "intents": [
            {
                "name": "add_task",
                "description": "Adds a task",
                "examples": ["add milk to todo", "todo: call Ada"],
                "paramsSchema": {"title": {"type": "string", "required": True}},
                "handler": "api:/api/panels/todo/add",
                "permission": "write",
            }
        ],
        "configSchema": {
            "type": "object",
            "properties": {
                "columns": {"type": "array", "title": "Columns", "items": {"type": "string", "maxLength": 10}},
                "limit": {"type": "integer", "title": "Limit", "minimum": 1},
                "loud": {"type": "boolean", "title": "Loud"},
                "size": {"enum": ["small", "large"], "title": "Size"},
            },
        },
    }
    return json.dumps(manifest | changes)


def install(person: Person, text: str = "", *, tenant_wide: bool = False) -> InstalledWidget:
    source = installs.from_text(text or board())
    return installs.install_widget(actor=person.actor, source=source, tenant_wide=tenant_wide)[0]


def dashboard(person: Person, name: str = "Main", visibility: str = "private") -> Workspace:
    return create_workspace(actor=person.actor, name=name, visibility=visibility)


def opened(visitor: Visitor) -> Page:
    page = visitor.go("/widgets/")
    expect(page.get_by_role("heading", name="Built in")).to_be_visible()
    return page


def row(page: Page, name: str) -> Locator:
    return page.locator("manager-row", has=page.get_by_role("button", name=name, exact=True))


def switch(page: Page, name: str) -> Locator:
    return page.get_by_role("switch", name=f"{name}: enabled")


def toggle(page: Page, name: str) -> None:
    row(page, name).locator("wa-switch").click()


def choose(page: Page, name: str, action: str) -> None:
    """An entry of a row's menu."""
    page.get_by_role("button", name=f"Actions of {name}").click()
    page.get_by_role("menuitem", name=action).click()


def paste(page: Page, text: str) -> None:
    if not page.locator("#install-text").is_visible():
        page.get_by_role("button", name="Paste JSON").click()
    page.locator("#install-text").fill(text)
    page.get_by_role("button", name="Install", exact=True).click()


def hold(page: Page, address: str) -> Callable[[], Route]:
    """Keep requests to an address waiting; call the result to get the first of them."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))

    def first() -> Route:
        for _ in range(200):
            if held:
                return held[0]
            page.wait_for_timeout(20)
        raise AssertionError(f"nothing asked for {address}")

    return first


def test_it_works(alice: Person, visit: Visit) -> None:
    dashboard(alice)
    visitor = visit(alice)
    page = opened(visitor)
    expect(page.get_by_text("No widgets installed yet")).to_be_visible()
    visitor.photograph("manager-empty", (1280,), ("light",))
    page.get_by_label("Widget address").fill(f"{visitor.address}/api/widgets/sample-manifest?name=task-board")
    page.keyboard.press("Enter")
    expect(row(page, "Task Board")).to_contain_text("“show the tasks in Doing”")
    expect(page.get_by_label("Widget address")).to_have_value("")
    page.get_by_role("button", name="Add to dashboard").click()
    expect(page.locator(".toast").last).to_contain_text("Task Board A is on Main.")
    choose(page, "Task Board", "Add to dashboard")
    expect(page.locator(".toast").last).to_contain_text("Task Board B is on Main.")
    assert sorted(WidgetInstance.objects.values_list("label", flat=True)) == ["A", "B"]
    assert visitor.faults == []


def test_it_looks_right(alice: Person, bob: Person, visit: Visit) -> None:
    install(alice)
    install(alice, board(panelId="long", title="A name that is " + "very " * 30 + "long"))
    shared = install(bob, board(panelId="notes", title="Notes", panelType="notes", intents=[]))
    place_widget(actor=bob.actor, workspace=dashboard(bob, visibility="tenant"), widget=shared)
    for name in ("sales-metric", "team-links"):
        install(alice, sample_manifest(name) or "", tenant_wide=True)
    visitor = visit(alice)
    page = opened(visitor)
    expect(page.locator("manager-row")).to_have_count(5)
    assert not visitor.overflows()
    visitor.photograph("manager", (1600, 1280, 768, 360))
    visitor.check_accessibility()
    row(page, "Todo").get_by_role("button", name="Todo", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Chat commands")
    page.get_by_text("Manifest", exact=True).click()
    visitor.photograph("manager-settings")
    visitor.check_accessibility("dialog")
    assert visitor.faults == []


def test_every_way_to_install(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor)
    page.get_by_role("button", name="Try a sample").click()
    page.get_by_role("menuitem", name="Reading list").click()
    expect(row(page, "Reading List")).to_be_visible()
    paste(page, board())
    expect(row(page, "Todo")).to_contain_text("pasted text")
    expect(page.locator("#install-text")).to_have_count(0)
    data = board(panelId="filed", title="Filed").encode()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="choose a file").click()
    chooser.value.set_files({"name": "filed.json", "mimeType": "application/json", "buffer": data})
    expect(row(page, "Filed")).to_contain_text("filed.json")
    page.get_by_label("For everybody").check()
    drop(page, "dropped.json", board(panelId="dropped", title="Dropped"))
    expect(row(page, "Dropped")).to_contain_text("Everybody")
    assert InstalledWidget.objects.get(slug="dropped").user is None
    assert visitor.faults == []


def drop(page: Page, name: str, text: str) -> None:
    """Let a file fall on the page's heading: anywhere will do."""
    page.evaluate(
        """([name, text]) => {
            const data = new DataTransfer();
            data.items.add(new File([text], name, { type: 'application/json' }));
            for (const type of ['dragover', 'drop'])
                document.querySelector('h1').dispatchEvent(
                    new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [name, text],
    )


def test_faults_stand_beside_the_field_with_their_paths(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#fault-url")).to_contain_text("Type the address")
    page.get_by_label("Widget address").fill("http://169.254.169.254/latest")
    page.keyboard.press("Enter")
    expect(page.locator("#fault-url")).to_contain_text("169.254.169.254")
    expect(page.get_by_label("Widget address")).to_be_focused()
    paste(page, "{not json")
    expect(page.locator("#fault-text")).to_be_visible()
    expect(page.locator("#fault-url")).to_have_count(0)
    paste(page, board(panelType="", intents=[{"name": "a", "handler": "https://evil.example", "permission": "admin"}]))
    faults = page.locator("#fault-text")
    for path in ("panelType", "intents[0].handler", "intents[0].permission"):
        expect(faults.locator("code", has_text=re.compile(rf"^{re.escape(path)}$"))).to_be_visible()
    expect(faults).to_contain_text("'admin' is not one of 'read', 'write'")
    visitor.photograph("manager-faults", (1280,))
    visitor.check_accessibility()
    drop(page, "broken.json", "[]")
    expect(page.locator("#fault-file")).to_be_visible()
    assert not InstalledWidget.objects.exists()


def test_warnings_are_kept_until_they_are_closed(alice: Person, visit: Visit) -> None:
    install(alice, board(panelId="first", title="First"))
    page = opened(visit(alice))
    paste(page, board(title="<b>Todo</b>", descripton="typo"))
    notice = page.locator(".install-notice")
    expect(notice).to_contain_text("<b>Todo</b> is installed.")
    expect(notice).to_contain_text("did you mean 'description'?")
    notice.get_by_role("button", name="Close").click()
    expect(notice).to_have_count(0)


def test_a_package_of_the_same_name_is_an_update(alice: Person, visit: Visit) -> None:
    install(alice, board(title="Chores", widgetVersion="1.0.0"))
    visitor = visit(alice)
    page = opened(visitor)
    paste(page, board(title="Chores", widgetVersion="2.0.0"))
    drawer = page.get_by_role("dialog", name="Update Chores?")
    expect(drawer).to_contain_text("Version 1.0.0 is installed.")
    drawer.get_by_role("button", name="Update", exact=True).click()
    expect(page.locator(".toast", has_text="Chores is updated.")).to_be_visible()
    expect(page.locator("manager-row")).to_have_count(1)
    assert InstalledWidget.objects.get().version == "2.0.0"
    page.get_by_role("button", name="Chores", exact=True).click()
    settings = page.get_by_role("dialog", name="Chores")
    settings.get_by_text("2 versions").click()
    visitor.check_accessibility("dialog[open]")
    settings.get_by_role("button", name="Use this one 1.0.0").click()
    expect(settings.locator(".version-list li").nth(1)).to_contain_text("In use")
    assert InstalledWidget.objects.get().version == "1.0.0"
    assert visitor.faults == []


def test_a_switch_is_seen_in_the_other_tab(alice: Person, visit: Visit) -> None:
    widget = install(alice)
    visitor = visit(alice)
    page = opened(visitor)
    other = visitor.open_tab()
    other.goto(f"{visitor.address}/widgets/")
    expect(switch(other, "Todo")).to_be_checked()
    toggle(page, "Todo")
    expect(switch(other, "Todo")).not_to_be_checked()
    expect(row(other, "Todo").locator(".sayings")).to_contain_text("—")
    toggle(other, "Todo")
    expect(switch(page, "Todo")).to_be_checked()
    expect(row(page, "Todo")).to_contain_text("“add milk to todo”")
    widget.refresh_from_db()
    assert widget.enabled


def test_a_switch_goes_back_with_the_reason(alice: Person, visit: Visit) -> None:
    install(alice)
    page = opened(visit(alice))
    first = hold(page, "**/api/widgets/enable")
    toggle(page, "Todo")
    expect(switch(page, "Todo")).not_to_be_checked()
    refusal = {"error": {"code": "PERMISSION_DENIED", "message": "An admin has locked it."}}
    first().fulfill(status=403, json=refusal)
    expect(page.locator(".toast")).to_contain_text("Todo stays on. An admin has locked it.")
    expect(switch(page, "Todo")).to_be_checked()


def test_uninstalling_asks_in_place(alice: Person, visit: Visit) -> None:
    widget = install(alice)
    main = dashboard(alice)
    for _ in range(2):
        place_widget(actor=alice.actor, workspace=main, widget=widget)
    visitor = visit(alice)
    page = opened(visitor)
    choose(page, "Todo", "Uninstall")
    expect(row(page, "Todo")).to_contain_text("Uninstall Todo? 2 panels go with their data.")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    visitor.photograph("manager-uninstall", (1280,))
    visitor.check_accessibility()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Actions of Todo")).to_be_focused()
    choose(page, "Todo", "Uninstall")
    page.get_by_role("button", name="Uninstall", exact=True).click()
    expect(page.get_by_text("No widgets installed yet")).to_be_visible()
    assert not InstalledWidget.objects.exists()


def test_a_place_is_configured_and_removed(alice: Person, visit: Visit) -> None:
    widget = install(alice)
    instance = place_widget(actor=alice.actor, workspace=dashboard(alice), widget=widget)
    page = visit(alice).go(f"/widgets/?widget={widget.pk}")
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="Configure Todo A").click()
    drawer.get_by_label("Columns").fill("Now\nmuch later than now")
    drawer.get_by_label("Limit").fill("many")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.get_by_role("alert")).to_contain_text("no valid value")
    drawer.get_by_label("Limit").fill("3")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.get_by_role("alert")).to_contain_text(re.compile("Line 2: .much later than now."))
    drawer.get_by_label("Columns").fill("Now\nLater")
    drawer.get_by_label("Loud").check()
    drawer.get_by_label("Size").select_option("large")
    drawer.get_by_label("Name of this place").fill("Home")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.get_by_text("Saved")).to_be_visible()
    expect(drawer.locator(".place")).to_contain_text("Home A")
    instance.refresh_from_db()
    expected = {"title": "Home", "columns": ["Now", "Later"], "limit": 3, "loud": True, "size": "large"}
    assert instance.config == expected
    drawer.get_by_role("button", name="Remove Home A").click()
    page.keyboard.press("Escape")
    expect(drawer).to_be_visible()
    drawer.get_by_role("button", name="Remove Home A").click()
    drawer.get_by_role("button", name="Remove", exact=True).click()
    expect(drawer).to_contain_text("On none that you can open")
    assert not WidgetInstance.objects.exists()


def test_a_widget_is_renamed(alice: Person, visit: Visit) -> None:
    widget = install(alice)
    page = opened(visit(alice))
    choose(page, "Todo", "Settings")
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("Name", exact=True).fill(" ")
    drawer.get_by_role("button", name="Rename").click()
    expect(drawer.get_by_role("alert")).to_contain_text("must have 1 to 200 characters")
    drawer.get_by_label("Name", exact=True).fill("Chores")
    page.keyboard.press("Enter")
    expect(drawer.get_by_role("heading", name="Chores")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, "Chores")).to_be_visible()
    widget.refresh_from_db()
    assert widget.name == "Chores"


def test_the_dashboard_is_chosen(alice: Person, visit: Visit) -> None:
    dashboard(alice, "Private one")
    dashboard(alice, "Team", "tenant")
    page = opened(visit(alice))
    choose(page, "Quick Links", "Add to dashboard")
    page.get_by_label("Which one").select_option("C")
    page.get_by_role("button", name="Team").click()
    expect(page.locator(".toast")).to_contain_text("is on Team.")
    instance = WidgetInstance.objects.get()
    assert (instance.builtin_slug, instance.workspace.name) == ("quick-links-c", "Team")
    choose(page, "Demo", "Add to dashboard")
    page.get_by_label("A new dashboard").fill("Fresh")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("is on Fresh.")
    assert WidgetInstance.objects.get(builtin_slug="demo").workspace.name == "Fresh"


def test_search(alice: Person, visit: Visit) -> None:
    install(alice)
    install(alice, board(panelId="other", title="Other", intents=[]))
    visitor = visit(alice)
    page = opened(visitor)
    expect(page.get_by_text("2 installed · 4 built in")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("todo call")
    expect(page.locator("manager-row")).to_have_count(1)
    expect(page.get_by_text("1 result", exact=True)).to_be_visible()
    page.get_by_label("Search widgets").fill("nothing like this")
    expect(page.get_by_text("Nothing matches “nothing like this”")).to_be_visible()
    visitor.photograph("manager-no-result", (1280,), ("dark",))
    page.get_by_role("button", name="Clear the search").click()
    expect(page.locator("manager-row")).to_have_count(2)
    expect(page.get_by_label("Search widgets")).to_be_focused()


def test_a_member_sees_why_a_switch_is_fixed(alice: Person, bob: Person, charlie: Person, visit: Visit) -> None:
    install(alice, tenant_wide=True)
    install(charlie, board(panelId="strange", title="Strange"))
    visitor = visit(bob)
    page = opened(visitor)
    expect(page.locator("manager-row")).to_have_count(1)
    state = page.locator(".fixed-state")
    state.focus()
    expect(page.locator("wa-tooltip")).to_contain_text("only an admin can change it")
    expect(page.locator("wa-tooltip")).to_have_attribute("open", "")
    page.get_by_role("button", name="Actions of Todo").click()
    expect(page.get_by_role("menuitem", name="Details")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Uninstall")).to_have_count(0)
    expect(page.locator("#for-everybody")).to_have_count(0)
    visitor.check_accessibility()


def test_a_viewer_only_reads(alice: Person, vera: Person, visit: Visit) -> None:
    widget = install(alice, tenant_wide=True)
    place_widget(actor=alice.actor, workspace=dashboard(alice, visibility="tenant"), widget=widget)
    visitor = visit(vera)
    page = opened(visitor)
    expect(page.get_by_role("main")).to_contain_text("You are a viewer here")
    expect(page.get_by_label("Widget address")).to_have_count(0)
    expect(page.locator("wa-switch")).to_have_count(0)
    row(page, "Todo").get_by_role("button", name="Todo", exact=True).click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="Configuration Todo A").click()
    expect(drawer.get_by_label("Columns")).to_be_disabled()
    for name in ("Save", "Rename", "Remove Todo A", "Add to dashboard"):
        expect(drawer.get_by_role("button", name=name)).to_have_count(0)
    visitor.photograph("manager-viewer", (1280,), ("dark",))


def test_teammates_widgets_come_and_go(alice: Person, bob: Person, visit: Visit) -> None:
    team = dashboard(alice, "Team", "tenant")
    page = opened(visit(alice))
    widget = install(bob)
    place_widget(actor=bob.actor, workspace=team, widget=widget)
    expect(row(page, "Todo")).to_contain_text("A teammate")
    installs.uninstall_widget(actor=bob.actor, widget=widget)
    expect(row(page, "Todo")).to_have_count(0)


def test_a_failing_start_can_be_tried_again(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    first = hold(visitor.page, "**/api/widgets/list")
    page = visitor.go("/widgets/")
    expect(page.get_by_role("status", name="Loading")).to_be_visible()
    visitor.photograph("manager-loading", (1280,), ("light",))
    first().abort()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    page.unroute("**/api/widgets/list")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Built in")).to_be_visible()
