"""The admin of installed widgets: its actions are the room's, so caches, pages and the audit trail follow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.core.admin_pages import act, staff
from tests.core.admin_pages import root as root
from tests.people import Person
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core.models import AuditEntry, Role
from widgets_manager.live.models import Event
from widgets_manager.packages.models import PackageVersion
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

# What people see is read after the commit.
pytestmark = pytest.mark.django_db(transaction=True)


def visible_panels(person: Person) -> set[str]:
    answer = person.bearer("chat:manifests").post("/api/chat/manifests", {})
    assert answer.status_code == 200, answer.content
    return {one["panelId"] for one in answer.json()["manifests"]}


def installed(person: Person, **body: Any) -> InstalledWidget:
    return InstalledWidget.objects.get(pk=install(person, manifest(), **body)["id"])


def test_it_works(root: Client, alice: Person, board: WidgetInstance, widget: InstalledWidget) -> None:
    """Disabled in the admin: audited as the superuser, told to open pages, unknown to the very next chat request."""
    assert board.panel_id in visible_panels(alice)
    events = Event.objects.count()
    assert "1 widgets disabled." in act(root, InstalledWidget, "disable", widget)
    widget.refresh_from_db()
    assert not widget.enabled
    assert board.panel_id not in visible_panels(alice)
    entry = AuditEntry.objects.get(action="widget.disable")
    assert (entry.actor_name, entry.tenant_id, entry.target_id) == ("root", alice.tenant.pk, str(widget.pk))
    assert Event.objects.count() > events
    assert "1 widgets enabled." in act(root, InstalledWidget, "enable", widget)
    assert board.panel_id in visible_panels(alice)


def test_everywhere_means_every_install_of_the_same_content(
    root: Client, alice: Person, bob: Person, charlie: Person
) -> None:
    chosen, teammates, strangers = (installed(person) for person in (alice, bob, charlie))
    other = InstalledWidget.objects.get(pk=install(alice)["id"])
    assert "3 widgets disabled." in act(root, InstalledWidget, "disable_everywhere", chosen)
    enabled = dict(InstalledWidget.objects.values_list("pk", "enabled"))
    assert [enabled[row.pk] for row in (chosen, teammates, strangers, other)] == [False, False, False, True]
    assert AuditEntry.objects.filter(action="widget.disable").count() == 3


def test_everywhere_ends_at_the_staffs_own_tenants(alice: Person, bob: Person, charlie: Person) -> None:
    chosen, teammates, strangers = (installed(person) for person in (alice, bob, charlie))
    act(staff(alice), InstalledWidget, "disable_everywhere", chosen)
    enabled = dict(InstalledWidget.objects.values_list("pk", "enabled"))
    assert [enabled[row.pk] for row in (chosen, teammates, strangers)] == [False, False, True]


@pytest.mark.parametrize("action", ["enable", "disable", "disable_everywhere", "revalidate", "uninstall"])
def test_staff_of_another_tenant_reaches_nothing(alice: Person, charlie: Person, action: str) -> None:
    widget = installed(alice)
    InstalledWidget.objects.update(enabled=action != "enable")
    page = act(staff(charlie), InstalledWidget, action, widget, confirmed="yes")
    assert "Todo" not in page
    widget.refresh_from_db()
    assert widget.enabled == (action != "enable")


def test_staff_acts_with_the_role_they_have(alice: Person, bob: Person) -> None:
    for_all, bobs = installed(alice, tenantWide=True), installed(bob)
    page = act(staff(bob), InstalledWidget, "disable", for_all, bobs)
    assert "Only its installer or an admin can change" in page
    assert "1 widgets disabled." in page
    assert InstalledWidget.objects.get(pk=for_all.pk).enabled
    assert not InstalledWidget.objects.get(pk=bobs.pk).enabled


def test_a_viewer_on_the_staff_switches_nothing(vera: Person, alice: Person) -> None:
    assert vera.actor.role == Role.VIEWER
    widget = installed(alice, tenantWide=True)
    assert "widgets disabled" not in act(staff(vera), InstalledWidget, "disable", widget)
    widget.refresh_from_db()
    assert widget.enabled


def test_uninstalling_asks_first_and_then_is_the_rooms_own(root: Client, alice: Person, team: Workspace) -> None:
    widget = installed(alice)
    instance = WidgetInstance.objects.get(pk=place(alice, str(widget.pk), team)["id"])
    PanelItem.objects.create(tenant=alice.tenant, instance=instance, position=1, title="milk")
    question = act(root, InstalledWidget, "uninstall", widget)
    assert "with every panel of theirs and the data in it?" in question
    assert f'value="{widget.pk}"' in question
    assert InstalledWidget.objects.filter(pk=widget.pk).exists(), "nothing happens before the answer"
    assert "1 widgets uninstalled." in act(root, InstalledWidget, "uninstall", widget, confirmed="yes")
    assert not InstalledWidget.objects.exists()
    assert not PanelItem.objects.exists()
    entry = AuditEntry.objects.get(action="widget.uninstall")
    assert (entry.actor_name, entry.target_id) == ("root", str(widget.pk))
    assert {"instance.removed", "widget.removed"} <= set(Event.objects.values_list("type", flat=True))


def test_the_question_shows_names_as_text(root: Client, alice: Person) -> None:
    widget = InstalledWidget.objects.get(pk=install(alice, manifest(title="<script>alert(1)</script>"))["id"])
    page = act(root, InstalledWidget, "uninstall", widget)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_revalidating_tells_faults_and_changes_nothing(root: Client, alice: Person) -> None:
    fine, faulty = installed(alice), InstalledWidget.objects.get(pk=install(alice)["id"])
    stored = dict(faulty.manifest)
    stored["intents"] = [dict(stored["intents"][0], permission="admin")]
    InstalledWidget.objects.filter(pk=faulty.pk).update(manifest=stored)
    page = act(root, InstalledWidget, "revalidate", fine, faulty)
    assert "1 manifests are valid." in page
    assert "intents[0].permission" in page
    assert "differs from its package version" in page
    assert "Acme" in page, "which organisation's it is"
    faulty.refresh_from_db()
    assert faulty.manifest == stored
    assert not AuditEntry.objects.filter(action__contains="revalid").exists()


def test_a_manifest_that_is_wrong_throughout_does_not_flood_the_page(root: Client, alice: Person) -> None:
    widget = installed(alice)
    broken = [{"name": number} for number in range(30)]
    InstalledWidget.objects.update(manifest=manifest(intents=broken))
    page = act(root, InstalledWidget, "revalidate", widget)
    assert page.count('<li class="error">') == 6
    assert "more faults" in page


def test_package_versions_stay_with_how_many_installs_they_have(root: Client, alice: Person, bob: Person) -> None:
    installed(alice)
    installed(bob)
    version = PackageVersion.objects.get()
    page = root.get("/admin/packages/packageversion/", {"q": version.content_hash}).content.decode()
    assert '<td class="field-installed">2</td>' in page
    assert json.dumps(version.content_hash[:12])[1:-1] in page
