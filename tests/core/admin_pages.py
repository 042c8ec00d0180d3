"""What the tests of the admin share: who looks, at which address, and how actions are sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.people import PASSWORD, Person
from widgets_manager.core.models import User

OWN = [model for model in apps.get_models() if model.__module__.startswith(("widgets_manager.", "sandbox.", "chat."))]


@pytest.fixture
def root(db: None) -> Client:
    """A superuser who belongs to no tenant."""
    client = Client()
    client.force_login(User.objects.create_superuser("root", password=PASSWORD))
    return client


def staff(person: Person) -> Client:
    """The person as staff with every permission of Django's, but no superuser."""
    person.user.is_staff = True
    person.user.save()
    person.user.user_permissions.set(Permission.objects.all())
    client = Client()
    client.force_login(person.user)
    return client


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def act(client: Client, model: type[Model], action: str, *rows: Model, **data: str) -> str:
    """Choose an action for rows in the model's list; returns the page that follows."""
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows], **data}
    return client.post(address(model, "changelist"), chosen, follow=True).content.decode()
