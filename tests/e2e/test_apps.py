"""Apps in a real browser: a look before the install, the list, the workspace with its tabs; refusals."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pydantic import BaseModel

from chat.conversations.actions import create_conversation
from tests.e2e.conftest import Visit, Visitor
from tests.people import Person
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function, unregister_function
from widgets_manager.sessions.actions.widgets import close_widget, render_widget
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.e2e

APP = """\
modules: {widget: {}}
capabilities:
  grant:
    - {module: widget, actions: [render, update, close]}
agents:
  - {id: helper, role: coordinator, system_prompt: Always be brief.}
widgets:
  version: 1
  chat_side:
    title: Sources
    icon: library_books
    accent: green
    data: {sources: {type: http, url: /rag/sources}}
    tree: {type: list, items: '{{sources}}', item: {type: card, title: '{{item.title}}'}}
  workspace_tabs:
    - id: notes
      title: Notes
      icon: notes
      tree:
        type: column
        children:
          - {type: text, text: 'You chose {{state.chosen | default("nothing")}}'}
          - {type: button, label: Choose, action: {action: set_state, set: {chosen: tea}}}
          - {type: button, label: To more, action: {action: open_workspace, tab: more}}
    - id: more
      title: More
      tree:
        type: column
        children:
          - {type: text, text: More of it}
          - {type: button, label: Call, action: {action: tool, tool: nobody.serves_this}}
  modals:
    booking: {title: New booking, tree: {type: text, text: Book here}}
"""
QUIET = "widgets: {version: 1, inline: {hello: {type: text, text: Hello}}}\n"


def install(person: Person, text: str = APP, **wishes: Any) -> InstalledWidget:
    return installs.install_widget(actor=person.actor, source=installs.from_text(text), **wishes)[0]


def manager(visitor: Visitor) -> Page:
    page = visitor.go("/widgets/")
    expect(page.get_by_role("heading", name="Built in")).to_be_visible()
    return page


def paste(page: Page, text: str, button: str = "Install") -> None:
    if not page.locator("#install-text").is_visible():
        page.get_by_role("button", name="Paste JSON or YAML").click()
    page.locator("#install-text").fill(text)
    page.locator("#paste").get_by_role("button", name=button, exact=True).click()


def choose_file(page: Page, name: str, data: bytes) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="choose a file").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, text in files.items():
            target.writestr(name.replace("__", "/").replace("_yaml", ".yaml").replace("_toml", ".toml"), text)
    return packed.getvalue()


def look(page: Page) -> Locator:
    drawer = page.get_by_role("dialog", name=re.compile("^Install "))
    expect(drawer).to_be_visible()
    return drawer


def confirm(page: Page) -> None:
    look(page).get_by_role("button", name="Install", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def workspace(visitor: Visitor, app: InstalledWidget, query: str = "") -> Page:
    page = visitor.go(f"/apps/{app.pk}/{query}")
    expect(page.get_by_role("heading", name=app.name, level=1)).to_be_visible()
    return page


def test_it_works(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = manager(visitor)
    paste(page, APP)
    drawer = look(page)
    expect(drawer).to_contain_text("In your conversations it may show widgets, change shown widgets and close widgets.")
    expect(drawer.get_by_text("nobody.serves_this", exact=True)).to_be_visible()
    expect(drawer).to_contain_text("Nothing here serves it")
    drawer.get_by_text("helper", exact=True).click()
    expect(drawer.get_by_text("Always be brief.")).to_be_visible()
    expect(drawer.locator("zone-preview")).to_contain_text("Northwind")
    assert not InstalledWidget.objects.exists()
    drawer.get_by_role("button", name="Install", exact=True).click()
    page.locator(".toast").get_by_role("button", name="Open").click()
    expect(tab(page, "Notes")).to_have_attribute("aria-selected", "true")
    with page.expect_response("**/widgets/action"):
        page.get_by_role("button", name="Choose").click()
        expect(page.get_by_text("You chose tea")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You chose tea")).to_be_visible()
    page.get_by_role("link", name="Apps", exact=True).click()
    expect(page.locator("article.app-card")).to_contain_text("2 tabs")
    assert visitor.faults == []


def test_it_looks_right(alice: Person, visit: Visit) -> None:
    app = install(alice)
    install(alice, QUIET.replace("widgets:", "modules: {}\nwidgets:"), tenant_wide=True)
    visitor = visit(alice)
    page = visitor.go("/apps/")
    expect(page.locator("article.app-card")).to_have_count(2)
    visitor.photograph("apps", (1600, 1280, 768, 320))
    visitor.check_accessibility()
    assert not visitor.overflows()
    page = workspace(visitor, app)
    expect(page.get_by_role("button", name="Choose")).to_be_visible()
    visitor.photograph("app", (1280, 320))
    visitor.check_accessibility()
    assert not visitor.overflows()
    page = manager(visitor)
    paste(page, APP.replace("title: Sources", "title: Other"))
    expect(look(page).locator("zone-preview wm-widget")).to_be_visible()
    visitor.photograph("manager-look", (1280, 360))
    visitor.check_accessibility("dialog[open]")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Actions of Sources").click()
    page.get_by_role("menuitem", name="Settings").click()
    expect(page.get_by_role("dialog")).to_contain_text("modals.booking")
    visitor.photograph("manager-app", (1280, 360))
    visitor.check_accessibility("dialog[open]")
    assert visitor.faults == []


def test_an_app_comes_as_a_file_or_by_address(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = manager(visitor)
    choose_file(page, "greeter.yaml", QUIET.encode())
    confirm(page)
    expect(page.locator("manager-row")).to_contain_text("greeter.yaml")
    toml = 'name = "packed"\nversion = "2.1.0"\ntitle = "Packed app"\n'
    choose_file(
        page, "packed.zip", archive(app_yaml=QUIET, package_toml=toml, widgets__bye_yaml="type: text\ntext: Bye")
    )
    drawer = look(page)
    expect(drawer).to_contain_text("2.1.0")
    drawer.get_by_text("3 files").click()
    expect(drawer).to_contain_text("widgets/bye.yaml")
    drawer.get_by_label("What is shown").select_option("inline.bye")
    expect(drawer.locator("zone-preview")).to_contain_text("Bye")
    confirm(page)
    expect(page.locator("manager-row", has_text="Packed app")).to_be_visible()
    page.get_by_role("button", name="Try a sample").click()
    page.get_by_role("menuitem", name="Booking", exact=True).click()
    confirm(page)
    assert set(InstalledWidget.objects.values_list("slug", flat=True)) == {"greeter", "packed", "booking"}
    assert visitor.faults == []


def test_a_manifest_is_installed_at_once_and_looked_at_when_asked(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = manager(visitor)
    manifest = '{"panelId": "todo", "panelType": "list", "title": "Todo", "version": "1.0", "intents": []}'
    paste(page, manifest, "Preview")
    expect(look(page)).to_contain_text("todo")
    look(page).get_by_role("button", name="Cancel").click()
    assert not InstalledWidget.objects.exists()
    expect(page.locator("#install-text")).to_have_value(manifest)
    paste(page, manifest)
    expect(page.locator("manager-row")).to_contain_text("Todo")
    assert InstalledWidget.objects.get().slug == "todo"


def test_faults_have_file_line_and_path(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = manager(visitor)
    bad = APP.replace("accent: green", "accent: pink").replace("action: set_state", "action: set_stat")
    paste(page, bad)
    fault = page.locator("#fault-text")
    expect(fault).to_contain_text("The app has 2 faults:")
    expect(fault.locator("code", has_text="widgets.chat_side.accent")).to_be_visible()
    expect(fault).to_contain_text("line 12")
    expect(fault).to_contain_text("did you mean 'set_state'?")
    collision = archive(app_yaml=QUIET, widgets__hello_yaml="type: text\ntext: Again")
    choose_file(page, "clash.zip", collision)
    expect(page.locator("#fault-file")).to_contain_text("widgets.inline.hello")
    expect(page.locator("#fault-file")).to_contain_text("widgets/hello.yaml")
    choose_file(page, "broken.zip", b"PK\x03\x04 this is no archive")
    expect(page.locator("#fault-file")).to_be_visible()
    visitor.photograph("manager-app-faults", (1280, 360), ("light",))
    visitor.check_accessibility()
    assert not InstalledWidget.objects.exists()
    assert visitor.faults == []


def test_what_has_changed_is_not_installed_but_shown_anew(alice: Person, visit: Visit) -> None:
    page = manager(visit(alice))
    refusal = {"error": {"code": "CONTENT_CHANGED", "message": "The package is no longer what was previewed."}}
    page.route("**/api/widgets/install", lambda route: route.fulfill(status=409, json=refusal))
    paste(page, QUIET)
    look(page).get_by_role("button", name="Install", exact=True).click()
    expect(look(page)).to_contain_text("The package is no longer what was previewed.")
    page.unroute("**/api/widgets/install")
    with page.expect_response("**/api/widgets/preview") as again:
        look(page).get_by_role("button", name="Look again").click()
    assert again.value.ok
    confirm(page)
    assert InstalledWidget.objects.count() == 1


def test_a_second_install_of_the_same_is_an_update(alice: Person, visit: Visit) -> None:
    install(alice, QUIET)
    page = manager(visit(alice))
    paste(page, QUIET)
    drawer = page.get_by_role("dialog", name=re.compile("^Update "))
    expect(drawer).to_contain_text("This very version is installed already.")
    page.keyboard.press("Escape")
    expect(page.locator("#install-text")).to_have_value(QUIET)


def test_tabs_by_keyboard_address_and_from_inside(alice: Person, visit: Visit) -> None:
    app = install(alice)
    visitor = visit(alice)
    page = workspace(visitor, app, "?tab=more")
    expect(page.get_by_text("More of it")).to_be_visible()
    tab(page, "More").focus()
    page.keyboard.press("ArrowLeft")
    expect(tab(page, "Notes")).to_be_focused()
    expect(page.get_by_text("You chose nothing")).to_be_visible()
    assert page.url.endswith("?tab=notes")
    page.go_back()
    expect(tab(page, "More")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    tab(page, "Notes").click()
    page.get_by_role("button", name="To more").click()
    expect(page.get_by_text("More of it")).to_be_visible()
    assert page.url.endswith("?tab=more")
    page.get_by_role("button", name="Call").click()
    expect(page.locator(".toast").last).to_contain_text("nobody.serves_this")
    assert visitor.faults == []


def test_a_pushed_tab_comes_and_goes(alice: Person, visit: Visit) -> None:
    app = install(alice)
    visitor = visit(alice)
    conversation = create_conversation(actor=alice.actor)
    visitor.go(f"/chat/{conversation.pk}/")  # the dock of the next page goes on with it
    expect(visitor.page.locator("chat-page")).to_be_visible()
    page = workspace(visitor, app)
    expect(page.get_by_text("You chose nothing")).to_be_visible()
    push: dict[str, Any] = {"actor": alice.actor, "session_id": conversation.pk}
    tree = {"type": "text", "text": "Pushed in"}
    rendered = render_widget(**push, app=app, zone="workspace_tabs", tree=tree, title="Fresh")
    tab(page, "Fresh").click()
    expect(page.get_by_text("Pushed in")).to_be_visible()
    close_widget(**push, widget_id=rendered.widget.widget_id)
    expect(tab(page, "Fresh")).to_have_count(0)
    expect(tab(page, "Notes")).to_have_attribute("aria-selected", "true")
    render_widget(**push, app=app, zone="workspace_tabs", tree=tree, title="Again")
    tab(page, "Again").click()
    page.get_by_role("button", name="Close Again").click()
    expect(tab(page, "Again")).to_have_count(0)
    assert visitor.faults == []


def test_switching_off_and_uninstalling_are_seen_at_once(alice: Person, visit: Visit) -> None:
    app = install(alice)
    visitor = visit(alice)
    page = workspace(visitor, app)
    expect(tab(page, "Notes")).to_be_visible()
    installs.set_enabled(actor=alice.actor, widget=app, enabled=False)
    expect(page.get_by_text(f"{app.name} is switched off")).to_be_visible()
    visitor.check_accessibility()
    installs.set_enabled(actor=alice.actor, widget=app, enabled=True)
    expect(tab(page, "Notes")).to_be_visible()
    other = visitor.open_tab()
    other.goto(f"{visitor.address}/apps/")
    expect(other.locator("article.app-card")).to_have_count(1)
    installs.uninstall_widget(actor=alice.actor, widget=app)
    expect(page.get_by_text("This app was uninstalled")).to_be_visible()
    expect(other.get_by_text("No apps yet")).to_be_visible()
    other.get_by_role("link", name="Install an app").click()
    expect(other.get_by_label("Widget address")).to_be_visible()
    assert visitor.faults == []


def test_an_app_without_tabs_leads_to_the_chat(alice: Person, visit: Visit) -> None:
    app = install(alice, QUIET)
    page = workspace(visit(alice), app)
    expect(page.get_by_text("This app has no tabs")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("1 message")
    link = page.get_by_role("main").get_by_role("link", name="Chat with this app").first
    expect(link).to_have_attribute("href", f"/chat/?app={app.pk}")


def test_the_dialogs_of_an_app_without_tabs_are_opened_from_its_page(alice: Person, visit: Visit) -> None:
    form = "{type: form, children: [{type: button, label: Help}, {type: text_input, name: first_name}]}"
    app = install(alice, f"widgets: {{version: 1, modals: {{new_booking: {{tree: {form}}}}}}}\n")
    visitor = visit(alice)
    page = workspace(visitor, app)
    opener = page.get_by_role("button", name="Open New booking")
    visitor.check_accessibility()
    assert not visitor.overflows()
    opener.click()
    field = page.get_by_role("dialog", name="New booking").get_by_label("First name")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    assert visitor.faults == []


GREETER = """\
modules: {widget: {}, probe: {}}
capabilities:
  grant:
    - {module: widget, actions: [render]}
    - {module: probe, actions: [welcome]}
widgets:
  version: 1
  workspace_tabs:
    - id: greeter
      title: Greeter
      tree:
        type: form
        children:
          - {type: text_input, name: name, label: Your name, required: true}
          - {type: text_input, name: city, label: Your city, required: true}
        submit:
          label: Greet me
          action: {action: tool, tool: welcome}
"""


class Greeting(BaseModel):
    name: str
    city: str


def greet(call: FunctionCall) -> ActionResult:
    return ActionResult(True, {"message": f"Hello {call.params.name} from {call.params.city}!"})


@pytest.fixture
def greeter() -> Iterator[None]:
    register_function("probe.welcome", description="Greet a person.", run=greet, params_model=Greeting)
    yield
    unregister_function("probe.welcome")


@pytest.mark.usefixtures("greeter")
def test_what_a_tool_says_is_shown_and_the_form_starts_anew(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = workspace(visitor, install(alice, GREETER))
    page.get_by_label("Your name").fill("Alice")
    page.get_by_label("Your city").fill("Paris")
    page.get_by_role("button", name="Greet me").click()
    expect(page.locator(".toast")).to_contain_text("Hello Alice from Paris!")
    expect(page.get_by_label("Your city")).to_have_value("")
    page.get_by_role("heading", level=1).click()
    expect(page.locator("wm-form .error")).to_have_count(0)
    assert visitor.faults == []


def test_an_app_is_not_offered_for_dashboards(alice: Person, visit: Visit) -> None:
    install(alice, QUIET)
    page = manager(visit(alice))
    row = page.locator("manager-row")
    expect(row.get_by_role("link", name=re.compile("^Open "))).to_be_visible()
    row.get_by_role("button", name=re.compile("^Actions of")).click()
    expect(page.get_by_role("menuitem", name="Chat with this app")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Add to dashboard")).to_have_count(0)


def test_strangers_and_teammates_see_nothing_of_it(alice: Person, bob: Person, charlie: Person, visit: Visit) -> None:
    own, shared = install(alice), install(alice, QUIET, tenant_wide=True)
    theirs = visit(bob).go("/apps/")
    expect(theirs.locator("article.app-card")).to_have_count(1)
    expect(theirs.locator(".app-card-link")).to_have_attribute("href", f"/apps/{shared.pk}/")
    stranger = visit(charlie)
    expect(stranger.go("/apps/").get_by_text("No apps yet")).to_be_visible()
    for app in (own, shared):
        answer = stranger.page.goto(f"{stranger.address}/apps/{app.pk}/")
        assert answer is not None
        assert answer.status == 404
