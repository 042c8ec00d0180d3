"""The admin of the rooms above: every row of a day's work is shown to its tenant's staff, and to nobody else."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from chat.conversations.models import Attachment, Conversation, Message, Participant
from chat.turns.models import Turn
from sandbox.frames.models import Grant, NetworkRequest, StoredValue
from tests.chat.conftest import Ask
from tests.chat.conftest import conversation as conversation
from tests.chat.conftest import say as say
from tests.core.admin_pages import OWN, address, staff
from tests.core.admin_pages import root as root
from tests.people import Person
from tests.widgets.conftest import board as board
from tests.widgets.conftest import team as team
from widgets_manager.files.models import Blob
from widgets_manager.live.models import Event, Stream
from widgets_manager.packages.models import PackageFile, PackageVersion
from widgets_manager.panels.models import PanelItem, RecentItem
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

# The chat answers in a thread of its own, which sees only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)

USED = [
    PackageVersion,
    PackageFile,
    InstalledWidget,
    Workspace,
    WidgetInstance,
    PanelItem,
    RecentItem,
    Conversation,
    Participant,
    Message,
    Attachment,
    Turn,
    Grant,
    StoredValue,
    NetworkRequest,
    Stream,
    Event,
]


@pytest.fixture
def day(alice: Person, board: WidgetInstance, say: Ask) -> None:
    """Alice has a board, and has asked the chat for a task on it: a row of each model in USED.

    What scripts of widgets keep is made here as if the board had one.
    """
    assert say("add buy <b>milk</b> today to board A")["payload"]["type"] == "result"
    version = PackageVersion.objects.get()
    blob = Blob.objects.create(tenant=version.tenant, sha256="0" * 64, size=1, media_type="text/plain")
    PackageFile.objects.create(tenant=version.tenant, version=version, path="app.yaml", blob=blob)
    said = Message.objects.select_related("conversation", "sender").latest("number")
    Attachment.objects.create(
        tenant=version.tenant,
        conversation=said.conversation,
        message=said,
        sender=said.sender,
        blob=blob,
        name="a.txt",
        mime="text/plain",
        size=1,
    )
    of_board: dict[str, Any] = {"tenant": version.tenant, "instance": board}
    Grant.objects.create(**of_board, user=alice.user, permission="write:chat", level="always", package_version=version)
    StoredValue.objects.create(**of_board, key="k", value={"kept": True}, size=14)
    NetworkRequest.objects.create(**of_board, user=alice.user, method="GET", url="https://api.example.com/")


def newest(model: type[Model]) -> Model:
    row = model._default_manager.order_by("pk").last()
    assert row is not None, model
    return row


def listed(client: Client, model: type[Model], **query: str) -> set[str]:
    return {str(row.pk) for row in client.get(address(model, "changelist"), query).context["cl"].result_list}


def test_it_works(root: Client, day: None) -> None:
    item = PanelItem.objects.get()
    page = root.get(address(PanelItem, "changelist"), {"q": "milk"}).content.decode()
    assert "buy &lt;b&gt;milk&lt;/b&gt; today" in page, "what people write is text"
    assert "<b>milk</b>" not in page
    assert root.get(address(PanelItem, "change", item.pk)).status_code == 200


def test_staff_sees_the_rows_of_own_tenants_only(alice: Person, charlie: Person, day: None) -> None:
    alices, charlies = staff(alice), staff(charlie)
    for model in USED:
        row = newest(model)
        assert str(row.pk) in listed(alices, model), model
        assert str(row.pk) not in listed(charlies, model), model
        for page in ("change", "history"):
            assert alices.get(address(model, page, row.pk)).status_code == 200, (model, page)
            assert charlies.get(address(model, page, row.pk)).status_code != 200, (model, page)
        key = f"{model._meta.pk.attname}__exact"
        assert listed(alices, model, **{key: str(row.pk)}) == {str(row.pk)}, model
        assert listed(charlies, model, **{key: str(row.pk)}) == set(), model


def test_superusers_see_all(root: Client, day: None) -> None:
    for model in USED:
        row = newest(model)
        assert str(row.pk) in listed(root, model)
        assert root.get(address(model, "change", row.pk)).status_code == 200, model


def test_nothing_is_made_changed_or_deleted_by_hand(root: Client, day: None) -> None:
    before = {model: model._default_manager.count() for model in USED}
    for model in USED:
        row = newest(model)
        for page, args in (("add", ()), ("change", (row.pk,)), ("delete", (row.pk,))):
            assert root.post(address(model, page, *args), {"name": "forged", "post": "yes"}).status_code == 403
        # Without the action there is nothing to choose; the list just shows itself again.
        bulk = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        root.post(address(model, "changelist"), bulk)
        actions = admin.site.get_model_admin(model).get_actions(root.get("/admin/").wsgi_request)
        assert "delete_selected" not in actions
    # Django's own log of the admin is not ours, and events may have followed the chat.
    after = {model: model._default_manager.count() for model in USED if model not in (Event, Stream)}
    assert after == {model: count for model, count in before.items() if model in after}


def test_rows_show_every_column_and_json_to_be_read(root: Client, day: None) -> None:
    widget = InstalledWidget.objects.get()
    page = html.unescape(root.get(address(InstalledWidget, "change", widget.pk)).content.decode())
    shown = page.split("<pre>")[1].split("</pre>")[0]
    assert json.loads(shown) == widget.manifest
    assert shown.startswith('{\n  "'), "indented"
    assert str(widget.pk) in page
    turn = Turn.objects.get()
    why = html.unescape(root.get(address(Turn, "change", turn.pk)).content.decode())
    assert '"intentName": "' in why
    assert turn.prompt_section.splitlines()[0] in why


def test_lists_lead_to_what_belongs_together(root: Client, day: None) -> None:
    for model, target in ((InstalledWidget, WidgetInstance), (Workspace, WidgetInstance), (Conversation, Message)):
        page = root.get(address(model, "changelist")).content.decode()
        link = page.split(f'<a href="{address(target, "changelist")}?')[1].split('"')[0]
        found = root.get(f"{address(target, 'changelist')}?{html.unescape(link)}")
        assert found.status_code == 200
        assert found.context["cl"].result_count > 0, (model, link)


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        (InstalledWidget, {"reach": "person"}, 1),
        (InstalledWidget, {"reach": "tenant"}, 0),
        (PanelItem, {"holder": "instance"}, 1),
        (PanelItem, {"holder": "user"}, 0),
        (PanelItem, {"holder": "workspace"}, 0),
        (Grant, {"level__exact": "always"}, 1),
        (NetworkRequest, {"method__exact": "POST"}, 0),
        (Message, {"sender__kind__exact": "user"}, 1),
        (Turn, {"provider": "no such provider"}, 0),
    ],
    ids=str,
)
def test_filters(root: Client, day: None, model: type[Model], query: dict[str, Any], found: int) -> None:
    assert len(listed(root, model, **query)) == found


def test_lists_read_the_database_as_often_for_many_rows(
    root: Client, day: None, say: Ask, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        say(f"add task {number} to board A")
    for model in USED:
        with django_assert_max_num_queries(12):
            root.get(address(model, "changelist"))


def test_what_is_tried_here_is_all_there_is() -> None:
    """A new model of these rooms joins USED, so that charlie tries to see it."""
    rooms = {"packages", "widgets", "panels", "frames", "conversations", "turns"}
    assert {model for model in OWN if model._meta.app_label in rooms} <= set(USED)
