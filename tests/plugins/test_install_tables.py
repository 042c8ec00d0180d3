"""Tables of an installed plugin: made with it, added to by a newer version, kept or deleted when it goes."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from sandbox.plugindb.access import database_of
from sandbox.plugindb.actions.querying import Limits, run_query
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugins.actions.removal import take_up_kept
from sandbox.plugins.models import HostGrant
from tests.people import Person, assert_refused
from tests.plugins.packages import CODE, pie
from widgets_manager.core.models import AuditEntry
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.packages.parsers import Source, parse_package
from widgets_manager.widgets.actions.versions import replace_version
from widgets_manager.widgets.models import InstalledWidget

COLUMNS: dict[str, Any] = {
    "pie_user_id": "text not null default current_setting('app.user_id', true)",
    "title": "text not null",
}
NOTES: dict[str, Any] = {"tables": {"notes": {"columns": COLUMNS, "rls": "pie_user_id", "indexes": [["title"]]}}}
KEEPER = pie({"name": "keeper"}, database=NOTES)
HOSTS = pie({"name": "keeper"}, CODE + "// https://api.example.com/ and https://b.example.com/\n")


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


def install(person: Person, text: str = KEEPER, **body: Any) -> InstalledWidget:
    response = person.client.post("/api/widgets/install", {"file": text, **body})
    assert response.status_code == 201, response.content
    return InstalledWidget.objects.get(pk=response.json()["widget"]["id"])


def ask(person: Person, widget: InstalledWidget, text: str, *params: object) -> list[Any]:
    result = run_query(actor=person.actor, plugin=widget, sql=text, params=params, limits=Limits())
    rows: list[Any] = result.as_dict()["rows"]
    return rows


def uninstall(person: Person, widget: InstalledWidget, query: str = "") -> None:
    response = person.client.delete(f"/api/widgets/{widget.pk}{query}")
    assert response.status_code == 200, response.content


def test_it_works(alice: Person) -> None:
    widget = install(alice)
    ask(alice, widget, "INSERT INTO notes (title) VALUES ('milk')")
    assert ask(alice, widget, "SELECT title FROM notes") == [{"title": "milk"}]
    alice.client.post("/api/widgets/enable", {"id": str(widget.pk), "enabled": False})
    alice.client.post("/api/widgets/enable", {"id": str(widget.pk), "enabled": True})
    assert ask(alice, widget, "SELECT title FROM notes") == [{"title": "milk"}]


def test_a_newer_version_adds_to_them(alice: Person) -> None:
    widget = install(alice)
    ask(alice, widget, "INSERT INTO notes (title) VALUES ('milk')")
    more = {
        "tables": {"notes": {"columns": {**COLUMNS, "done": "boolean not null default false"}, "rls": "pie_user_id"}}
    }
    text = pie({"name": "keeper", "version": "2.0.0"}, database=more)
    package = parse_package(Source(text.encode(), "keeper.pie"))
    moved = replace_version(actor=alice.actor, widget=widget, package=package)
    assert ask(alice, moved, "SELECT title, done FROM notes") == [{"title": "milk", "done": False}]


def test_what_does_not_fit_changes_nothing(alice: Person) -> None:
    widget = install(alice)
    key = {"tables": {"notes": {"columns": {**COLUMNS, "id": "uuid primary key"}, "rls": "pie_user_id"}}}
    package = parse_package(Source(pie({"name": "keeper"}, database=key).encode(), "keeper.pie"))
    before = widget.package_version_id
    with pytest.raises(Exception, match="primary key"):
        replace_version(actor=alice.actor, widget=widget, package=package)
    assert InstalledWidget.objects.get().package_version_id == before


def test_without_a_database_for_plugins_it_is_refused(alice: Person, settings: Any) -> None:
    settings.PLUGIN_DATABASE_URL = ""
    refused = alice.client.post("/api/widgets/install", {"file": KEEPER})
    assert_refused(refused, 503, "PLUGIN_DATABASE_UNAVAILABLE")
    assert not InstalledWidget.objects.exists()
    install(alice, HOSTS)  # one without tables needs none


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ({"columns": {"a": "text default (select 1)"}}, "columns.a"),
        ({"columns": {"a": "text); drop table x; --"}}, "columns.a"),
        ({"columns": {"a": "regclass"}}, "columns.a"),
        ({"columns": {"a": "text"}, "rls": "b"}, "rls"),
        ({"columns": {"a": "text"}, "indexes": [["b"]]}, "indexes[0]"),
    ],
)
def test_columns_are_read_before_anything_is_installed(alice: Person, table: dict[str, Any], path: str) -> None:
    text = pie(database={"tables": {"things": table}})
    body = assert_refused(alice.client.post("/api/widgets/preview", {"file": text}), 422, "INVALID_PLUGIN")
    assert body["path"] == f"manifest.database.tables.things.{path}"


def test_they_are_kept_and_taken_up_again(alice: Person, bob: Person, charlie: Person) -> None:
    widget = install(alice)
    ask(alice, widget, "INSERT INTO notes (title) VALUES ('milk')")
    uninstall(alice, widget)
    kept = PluginDatabase.objects.get()
    assert kept.widget is None
    assert kept.keep_until is not None
    assert timedelta(days=29) < kept.keep_until - timezone.now() <= timedelta(days=30)
    choices = {"plugin": {"takeUp": str(kept.pk)}}
    for other in (bob, charlie):
        refused = other.client.post("/api/widgets/install", {"file": KEEPER, "choices": choices})
        assert_refused(refused, 404, "NOT_FOUND")
    fresh = install(alice)  # by the name alone nothing comes back
    assert ask(alice, fresh, "SELECT title FROM notes") == []
    uninstall(alice, fresh, "?data=delete")
    back = install(alice, choices=choices)
    assert ask(alice, back, "SELECT title FROM notes") == [{"title": "milk"}]
    database = database_of(back)
    assert database is not None
    assert (database.pk, database.keep_until) == (kept.pk, None)
    assert set(AuditEntry.objects.filter(action__startswith="plugindb.").values_list("action", flat=True)) == {
        "plugindb.provision",
        "plugindb.keep",
        "plugindb.drop",
        "plugindb.take_up",
    }


def test_another_plugin_does_not_get_them(alice: Person) -> None:
    uninstall(alice, install(alice))
    choices = {"plugin": {"takeUp": str(PluginDatabase.objects.get().pk)}}
    other = pie({"name": "other"}, database=NOTES)
    assert_refused(alice.client.post("/api/widgets/install", {"file": other, "choices": choices}), 409, "CONFLICT")
    assert not InstalledWidget.objects.exists()


def test_they_are_deleted_at_once(alice: Person, bob: Person) -> None:
    widget = install(alice, tenantWide=True)
    address = f"/api/widgets/{widget.pk}"
    assert_refused(bob.client.delete(f"{address}?data=delete"), 403, "PERMISSION_DENIED")
    assert_refused(alice.client.delete(f"{address}?data=perhaps"), 422, "INVALID_INPUT")
    uninstall(alice, widget, "?data=delete")
    assert not PluginDatabase.objects.exists()


def test_hosts_are_granted_with_the_install(alice: Person) -> None:
    widget = install(alice, HOSTS, choices={"plugin": {"hosts": ["b.example.com"]}})
    assert list(HostGrant.objects.values_list("widget_id", "host", "granted_by")) == [
        (widget.pk, "b.example.com", alice.user.pk)
    ]


@pytest.mark.parametrize(
    ("choices", "path"),
    [
        ([], "choices"),
        ({"plugin": []}, "choices"),
        ({"sandbox": {}}, "choices"),
        ({"plugin": {"more": 1}}, "choices.plugin"),
        ({"plugin": {"hosts": ["evil.example.com"]}}, "choices.plugin.hosts"),
        ({"plugin": {"hosts": "b.example.com"}}, "choices.plugin.hosts"),
        ({"plugin": {"hosts": [["b.example.com"]]}}, "choices.plugin.hosts"),
        ({"plugin": {"takeUp": 7}}, "choices.plugin.takeUp"),
    ],
)
def test_only_what_was_asked_is_decided(alice: Person, choices: Any, path: str) -> None:
    refused = alice.client.post("/api/widgets/install", {"file": HOSTS, "choices": choices})
    assert assert_refused(refused, 422, "INVALID_INPUT")["path"] == path
    assert not InstalledWidget.objects.exists()


def test_nobody_knows_such_tables(alice: Person) -> None:
    choices = {"plugin": {"takeUp": str(uuid.uuid4())}}
    assert_refused(alice.client.post("/api/widgets/install", {"file": KEEPER, "choices": choices}), 404, "NOT_FOUND")


@pytest.mark.django_db(transaction=True)
def test_of_taking_up_and_deleting_at_once_one_comes_first(alice: Person) -> None:
    uninstall(alice, install(alice))
    kept = PluginDatabase.objects.get()
    widget = install(alice, pie({"name": "keeper"}))
    answers: list[int] = []

    def delete() -> None:
        try:
            answers.append(alice.client.delete(f"/api/plugins/kept/{kept.pk}").status_code)
        finally:
            connection.close()

    deleting = threading.Thread(target=delete)
    with unit_of_work():
        take_up_kept(actor=alice.actor, kept_id=kept.pk, widget=widget)
        deleting.start()
        while deleting.is_alive() and not somebody_waits():
            deleting.join(0.02)
        assert not answers, "who deletes waits for who takes up"
    deleting.join(60)
    assert answers == [404]
    assert PluginDatabase.objects.get().widget == widget


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None
