"""What plugins do when they are installed and before they go; what their page shows; data that was kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.plugindb.models import PluginDatabase
from sandbox.plugins.models import PluginRun
from tests.docs.openapi import check_answer
from tests.people import Person, assert_refused
from tests.plugins.packages import SAMPLES, pie
from tests.plugins.runs import install
from widgets_manager.core.models import AuditEntry
from widgets_manager.jobs.models import Job
from widgets_manager.jobs.running import run_next
from widgets_manager.notifications.models import Notification
from widgets_manager.widgets.models import InstalledWidget

DECK = (SAMPLES / "slide-deck.pie").read_text()


def hooks(body: str, name: str = "onInstall") -> str:
    code = f"async function handler() {{}}\nasync function {name}(input, context) {{ {body} }}\n"
    return pie({"name": "hooked"}, code + f"module.exports = {{ handler, {name} }};\n")


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def test_it_works(alice: Person, charlie: Person) -> None:
    widget = install(alice, DECK)
    response = alice.client.get(f"/api/plugins/{widget.pk}")
    plugin = check_answer("GET", "/api/plugins/{plugin_id}", response)["plugin"]
    assert plugin["kinds"] == ["tool", "widget"]
    assert {table["name"] for table in plugin["tables"]} == {"decks", "slides", "edits"}
    assert_refused(charlie.client.get(f"/api/plugins/{widget.pk}"), 404, "NOT_FOUND")


@pytest.mark.usefixtures("isolates")
@pytest.mark.django_db(transaction=True)
def test_on_install(alice: Person) -> None:
    widget = install(alice, hooks("await context.notify('Welcome'); return { success: true };"))
    assert not PluginRun.objects.exists(), "the install waits for nothing"
    assert run_next()
    run = PluginRun.objects.get()
    assert (run.widget_id, run.kind, run.action, run.ok, run.user_id) == (
        widget.pk,
        "hook",
        "onInstall",
        True,
        alice.user.pk,
    )
    assert Notification.objects.get().text == "Welcome"
    assert Job.objects.get().state == "done"


@pytest.mark.usefixtures("isolates")
@pytest.mark.django_db(transaction=True)
def test_a_hook_that_fails_is_in_the_log_and_runs_once(alice: Person) -> None:
    widget = install(alice, hooks("throw new Error('no');"))
    assert run_next()
    assert PluginRun.objects.get().error_code == "HANDLER_ERROR"
    assert Job.objects.get().state == "failed"
    assert InstalledWidget.objects.get(pk=widget.pk).enabled


def test_without_a_hook_there_is_no_job(alice: Person) -> None:
    install(alice, pie())
    assert not Job.objects.exists()


@pytest.mark.usefixtures("isolates")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("body", ["await context.notify('Goodbye');", "throw new Error('stay');"])
def test_on_uninstall(alice: Person, body: str) -> None:
    widget = install(alice, hooks(body, "onUninstall"))
    assert alice.client.delete(f"/api/widgets/{widget.pk}").status_code == 200
    assert not InstalledWidget.objects.exists(), "nothing that it does keeps it here"
    assert Notification.objects.exists() == ("Goodbye" in body)


def test_what_was_kept_is_listed_and_can_be_deleted(alice: Person, bob: Person, charlie: Person) -> None:
    mine, all_of_us = install(bob, DECK), install(alice, DECK, tenantWide=True)
    for person, widget in ((bob, mine), (alice, all_of_us)):
        assert person.client.delete(f"/api/widgets/{widget.pk}").status_code == 200

    def kept(person: Person) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = check_answer("GET", "/api/plugins/kept", person.client.get("/api/plugins/kept"))[
            "kept"
        ]
        return rows

    assert [(row["slug"], row["tenant_wide"]) for row in kept(bob)] == [("slide-deck", False)]
    assert [row["tenant_wide"] for row in kept(alice)] == [True], "what is another person's is not an admin's"
    assert kept(charlie) == []
    address = f"/api/plugins/kept/{kept(bob)[0]['id']}"
    for other in (alice, charlie):
        assert_refused(other.client.delete(address), 404, "NOT_FOUND")
    assert bob.client.delete(address).status_code == 200
    assert kept(bob) == []
    assert PluginDatabase.objects.count() == 1
    assert AuditEntry.objects.filter(action="plugindb.drop").count() == 1
