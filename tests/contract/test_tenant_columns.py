"""Tables of tenants have a tenant column, so that row-level security can be a second fence; and their constraints."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from chat.agents.models import Agent, WidgetPrompt
from chat.conversations.models import Conversation, Message, Participant
from sandbox.frames.models import Grant
from tests.contract.things import Things
from tests.people import Person
from widgets_manager.core.models import IdempotencyKey, Membership
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

WITHOUT = {
    "Tenant": "is the tenant",
    "User": "belongs to several, by Membership",
    "PeriodicRun": "housekeeping of the whole server",
    "WorkerHeartbeat": "a process of the whole server",
}
NULLABLE = {"AuditEntry": "operators act outside tenants, too"}


def own_models() -> dict[str, type[models.Model]]:
    ours = (
        model for model in apps.get_models() if model.__module__.startswith(("widgets_manager.", "sandbox.", "chat."))
    )
    return {model.__name__: model for model in ours}


def tenant_column(model: type[models.Model]) -> models.Field[Any, Any] | None:
    return next((column for column in model._meta.fields if column.name == "tenant"), None)


def test_it_works() -> None:
    missing = {name for name, model in own_models().items() if tenant_column(model) is None}
    assert missing <= set(WITHOUT), f"{missing - set(WITHOUT)}: add a tenant, or a reason"
    for name, model in own_models().items():
        column = tenant_column(model)
        assert column is None or not column.null or name in NULLABLE, f"{name}.tenant may not be null"


def test_the_reasons_are_about_models_that_there_are() -> None:
    assert set(NULLABLE) | set(WITHOUT) <= set(own_models())


@pytest.fixture
def things(settings: Any, tmp_path: Any, alice: Person) -> Things:
    settings.FILES_ROOT = tmp_path
    made = Things(alice)
    made.all_ids()
    return made


def copy_of(row: models.Model, **changes: Any) -> models.Model:
    """A second row like this one, with a key of its own."""
    values = {column.attname: getattr(row, column.attname) for column in row._meta.fields if not column.primary_key}
    fresh = {"id": uuid.uuid4()} if isinstance(row._meta.pk, models.UUIDField) else {}
    return type(row)(**(values | fresh | changes))


def test_the_database_refuses_what_must_not_be(alice: Person, bob: Person, things: Things) -> None:
    instance = WidgetInstance.objects.get(pk=things.instance)
    grant = Grant.objects.get()
    widget = InstalledWidget.objects.get(pk=things.widget)
    for_all = InstalledWidget.objects.get(pk=widget.pk)
    for_all.pk, for_all.user, for_all._state.adding = uuid.uuid4(), None, True
    for_all.save()
    key = IdempotencyKey.objects.create(tenant=alice.tenant, user=alice.user, key="k", request_hash="h")
    person = Participant.objects.get(kind="user", conversation_id=things.conversation)
    item = PanelItem.objects.create(tenant=alice.tenant, instance=instance, position=1, title="x")
    refused: list[models.Model] = [
        copy_of(widget),
        copy_of(for_all),
        copy_of(widget, slug="other", source_type="guess"),
        copy_of(instance, label="B"),  # its panel_id is taken
        copy_of(instance, panel_id="other"),  # its label is taken
        copy_of(instance, panel_id="other", label="B", builtin_slug="demo"),
        copy_of(instance, panel_id="other", label="B", widget_id=None),
        copy_of(Membership.objects.get(user=alice.user)),
        copy_of(Membership.objects.get(user=bob.user), user_id=uuid.uuid4(), role="king"),
        copy_of(Workspace.objects.get(), visibility="public"),
        copy_of(key),
        copy_of(person),
        copy_of(person, kind="agent"),
        copy_of(Message.objects.filter(conversation_id=things.conversation).earliest("number")),
        copy_of(Agent.objects.get()),  # two agents never have one token
        copy_of(Agent.objects.get(), token_hash="0", revoked_at=timezone.now()),
        copy_of(WidgetPrompt.objects.get(), message_id=things.message),  # of one name one is the newest
        copy_of(item, user_id=alice.user.pk),
        copy_of(item, instance_id=None),
        copy_of(grant),
        copy_of(grant, permission="write:notes", level="maybe"),
    ]
    for row in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    assert Conversation.objects.count() == 2
