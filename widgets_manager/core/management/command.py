"""Stage: commands. The base of the management commands: refusals become one sentence, writes carry an id."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from widgets_manager.core import request_context
from widgets_manager.core.access import memberships_of, session_actor
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.models import Tenant, User


class ActionCommand(BaseCommand):
    """A command that calls actions: subclasses write `run`, which may raise ApiError and ValidationError."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Run, and end with status 1 and the refusal's own words."""
        request_context.begin(f"command-{uuid.uuid4().hex[:12]}")
        try:
            self.run(options)
        except ApiError as error:
            raise CommandError(error.message) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return None

    def run(self, options: dict[str, Any]) -> None:
        """What the command does, with the parsed options."""
        raise NotImplementedError


def find_user(username: str) -> User:
    """The user of that name. Raises CommandError."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user '{username}'.")
    return user


def find_tenant(name: str) -> Tenant:
    """The organisation with that slug, id or unique name. Raises CommandError that says what there is."""
    tenant = Tenant.objects.filter(slug=name).first() or _by_id(name)
    named = [tenant] if tenant else list(Tenant.objects.filter(name=name)[:2])
    if len(named) == 1:
        return named[0]
    known = ", ".join(Tenant.objects.values_list("slug", flat=True)[:20]) or "none yet"
    raise CommandError(f"There is no one organisation '{name}'; by slug there are: {known}.")


def command_actor(username: str, tenant_name: str | None = None) -> Actor:
    """The user acting in the tenant, which may be left out when they belong to one only. Raises CommandError."""
    user = find_user(username)
    tenants = [membership.tenant for membership in memberships_of(user)]
    wanted = find_tenant(tenant_name) if tenant_name else None
    if wanted is None and len(tenants) > 1:
        slugs = ", ".join(tenant.slug for tenant in tenants)
        raise CommandError(f"{username} belongs to several organisations; add --tenant with one of: {slugs}.")
    if wanted is not None and wanted not in tenants:
        raise CommandError(f"{username} does not belong to {wanted.name}.")
    return session_actor(user, wanted.pk if wanted else None, via=Via.COMMAND)


def _by_id(name: str) -> Tenant | None:
    try:
        return Tenant.objects.filter(pk=uuid.UUID(name)).first()
    except ValueError:
        return None
