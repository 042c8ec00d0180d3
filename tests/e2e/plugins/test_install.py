"""Installing a plugin in a browser: what is decided before, its settings, its run log, and what becomes of its data."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from sandbox.plugins.models import HeartbeatSubscription, HostGrant
from tests.e2e.conftest import Visit
from tests.e2e.test_apps import confirm, look, manager, paste
from tests.e2e.test_manager import hold
from tests.people import Person
from tests.plugins.packages import pie
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.e2e

CODE = """\
// https://api.example.com/ and https://other.example.com/
async function handler(input, context) {
  console.log('asked for', input.text);
  if (input.text === 'throw') null.x;
  await context.managedDb.query('INSERT INTO answers (text) VALUES ($1)', [input.text]);
  const found = await context.managedDb.query('SELECT count(*)::int AS count FROM answers');
  return { count: found.rows[0].count };
}
module.exports = { handler };
"""
OWN = {
    "pie_user_id": "text not null default current_setting('app.user_id', true)",
    "text": "text not null",
}
MANIFEST: dict[str, Any] = {
    "tool": {
        "name": "keep_answer",
        "description": "Keeps an answer.",
        "parameters": {"type": "object", "properties": {"text": {"type": "string"}}},
    },
    "permissions": {"hosts": ["declared.example.com"]},
    "database": {"tables": {"answers": {"columns": OWN, "rls": "pie_user_id"}}},
    "heartbeatEvents": {
        "events": [
            {
                "id": "kept",
                "displayName": "Answer kept",
                "matchers": [{"source": "tool", "actionId": "keep_answer"}],
            }
        ]
    },
}
KEEPER = pie({"name": "keeper", "displayName": "Answer Keeper"}, CODE, **MANIFEST)


def run(person: Person, text: str) -> dict[str, Any]:
    widget = InstalledWidget.objects.get(slug="keeper")
    response = person.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": {"text": text}})
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.usefixtures("isolates")
def test_it_works(alice: Person, visit: Visit) -> None:
    """Hosts are allowed with the install and in the settings, events are told of, and each run is in the log."""
    visitor = visit(alice)
    page = manager(visitor)
    paste(page, KEEPER)
    drawer = look(page)
    expect(drawer).to_contain_text("What you do not allow here, its code cannot reach")
    drawer.get_by_label("Allow api.example.com").check()
    visitor.photograph("plugin-decide", (1280, 360))
    visitor.check_accessibility("dialog[open]")
    confirm(page)
    assert list(HostGrant.objects.values_list("host", flat=True)) == ["api.example.com"]

    page.get_by_role("button", name="Answer Keeper", exact=True).click()
    settings = page.get_by_role("dialog", name="Answer Keeper")
    settings.get_by_role("button", name="Allow other.example.com").click()
    expect(settings.get_by_role("button", name="Revoke other.example.com")).to_be_visible()
    settings.get_by_role("button", name="Revoke api.example.com").click()
    expect(settings.get_by_role("button", name="Allow api.example.com")).to_be_visible()
    settings.get_by_label("Another host").fill("no host!")
    settings.get_by_role("button", name="Allow", exact=True).click()
    expect(settings.locator("#fault-host")).to_contain_text("is no host")
    assert list(HostGrant.objects.values_list("host", flat=True)) == ["other.example.com"]
    settings.locator("wa-switch", has_text="Notify me").click()
    expect(settings).to_contain_text("None of it has happened yet.")
    settings.get_by_text("Its code and files").click()
    settings.get_by_text("handler.js", exact=True).click()
    expect(settings.get_by_role("group", name="Text of handler.js")).to_contain_text("INSERT INTO answers")
    visitor.photograph("plugin-settings", (1280, 360))
    visitor.check_accessibility("dialog[open]")
    assert HeartbeatSubscription.objects.get().event_id == "kept"

    page.keyboard.press("Escape")
    assert run(alice, "milk")["result"] == {"count": 1}
    assert run(alice, "throw")["ok"] is False
    toast = page.locator(".toast", has_text="Answer Keeper: Answer kept")
    toast.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", name="Run log")).to_be_visible()
    rows = page.locator(".run-rows > li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Cannot read properties of null")
    rows.first.get_by_role("button", name="keep_answer").click()
    expect(rows.first).to_contain_text("handler.js:4")
    expect(rows.first.locator(".run-console")).to_contain_text("asked for throw")
    rows.nth(1).get_by_role("button", name="keep_answer").click()
    expect(rows.nth(1)).to_contain_text("context.managedDb.query")
    visitor.photograph("plugin-runs", (1280, 360))
    visitor.check_accessibility()
    assert not visitor.overflows()
    run(alice, "eggs")  # the page hears of it by the notification that comes with it
    expect(rows).to_have_count(3)
    page.get_by_label("Outcome").select_option("Failed")
    expect(rows).to_have_count(1)
    page.get_by_label("Kind").select_option("Widget action")
    expect(page.get_by_text("No such runs")).to_be_visible()
    assert visitor.faults == []


@pytest.mark.usefixtures("isolates")
def test_data_is_kept_and_taken_up_or_deleted(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = manager(visitor)
    paste(page, KEEPER)
    confirm(page)
    run(alice, "milk")

    def uninstall(answer: str) -> None:
        page.get_by_role("button", name="Actions of Answer Keeper").click()
        page.get_by_role("menuitem", name="Uninstall").click()
        question = page.locator("ask-in-place")
        expect(question).to_contain_text("The data in its tables (answers) can be kept for 30 days")
        question.get_by_role("button", name=answer).click()
        expect(page.locator("manager-row")).to_have_count(0)

    uninstall("Uninstall, keep its data")
    expect(page.locator("kept-data")).to_contain_text("keeper")
    visitor.photograph("plugin-kept", (1280, 360))
    visitor.check_accessibility()
    kept = hold(page, "**/api/plugins/kept")
    paste(page, KEEPER)
    drawer = look(page)
    drawer.get_by_role("button", name="Install", exact=True).click()
    kept().continue_()  # what there is to decide is known after the press
    page.unroute("**/api/plugins/kept")
    expect(drawer.get_by_role("alert")).to_contain_text("Choose one of these")
    assert not InstalledWidget.objects.exists(), "nobody decides that but the person"
    drawer.get_by_label("Take them up again").check()
    confirm(page)
    assert run(alice, "eggs")["result"] == {"count": 2}
    expect(page.locator("kept-data")).not_to_contain_text("keeper")

    uninstall("Uninstall and delete its data")
    expect(page.get_by_text("No widgets installed yet")).to_be_visible()
    expect(page.locator("kept-data")).not_to_contain_text("keeper")
    assert visitor.faults == []
