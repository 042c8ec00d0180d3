"""Stage: actions. Agents and their tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import timezone

from chat.agents.access import TOKEN_KIND
from chat.agents.actions.prompts import end_prompts_of
from chat.agents.events import announce, announce_presence, announce_removal, announce_unsharing
from chat.agents.models import Agent, Delivery, Presence
from chat.agents.wakes import recheck
from chat.conversations.participants import remove_agent, rename_agent
from widgets_manager.core.access import not_found
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, InvalidInput, PermissionDenied
from widgets_manager.core.models import Role
from widgets_manager.core.secrets import IssuedSecret, issue_secret
from widgets_manager.core.unit_of_work import unit_of_work

MAX_AGENTS: Final = 1_000  # of one person
MAX_NAME: Final = 100
MAX_DESCRIPTION: Final = 500


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an agent's process needs; the token is shown this once."""

    values: dict[str, str]

    @property
    def env(self) -> str:
        """The lines of an `.env` file."""
        return "".join(f"{name}={value}\n" for name, value in self.values.items())


def create_agent(*, actor: Actor, name: str, description: str = "", shared: bool = False) -> tuple[Agent, Credentials]:
    """An agent of the actor and its credentials.

    Raises PermissionDenied for viewers, and for sharing unless admin; Conflict LIMIT for more than one person has.
    """
    actor.require_role(Role.MEMBER, "making agents")
    if shared:
        actor.require_role(Role.ADMIN, "sharing agents")
    if Agent.objects.filter(tenant=actor.tenant, owner=actor.user, deleted_at=None).count() >= MAX_AGENTS:
        raise Conflict(f"You have {MAX_AGENTS:,} agents: delete one first.", code="LIMIT")
    secret = issue_secret(TOKEN_KIND)
    with unit_of_work():
        agent = Agent.objects.create(
            tenant=actor.tenant,
            owner=actor.user,
            name=_name(name),
            description=_description(description),
            shared=shared,
            token_hash=secret.hash,
            token_hint=secret.prefix,
        )
        record_audit(actor=actor, action="agent.create", target=agent, name=agent.name, shared=shared)
        announce(agent)
    return agent, _credentials(agent, secret)


def change_agent(
    *,
    actor: Actor,
    agent: Agent,
    name: str | None = None,
    description: str | None = None,
    shared: bool | None = None,
) -> Agent:
    """Change what is given. Raises PermissionDenied when somebody who is no admin shares or unshares."""
    with unit_of_work():
        row = _lock(agent)
        if shared is not None and shared != row.shared:
            actor.require_role(Role.ADMIN, "sharing agents")
            row.shared = shared
            if not shared:
                announce_unsharing(row)
        if name is not None and _name(name) != row.name:
            row.name = _name(name)
            rename_agent(row.pk, row.name)
        row.description = row.description if description is None else _description(description)
        row.save(update_fields=["name", "description", "shared"])
        record_audit(actor=actor, action="agent.change", target=row, name=row.name, shared=row.shared)
        announce_presence(row)
    return row


def rotate_token(*, actor: Actor, agent: Agent) -> tuple[Agent, Credentials]:
    """Another token instead of the one there is (or was, before it was revoked); its connection is closed.

    Raises PermissionDenied unless the agent is the actor's own: with the token one acts as its owner.
    """
    if agent.owner_id != actor.user_id:
        raise PermissionDenied("Only its owner gets a new token of an agent; admins may revoke and delete it.")
    secret = issue_secret(TOKEN_KIND)
    with unit_of_work():
        row = _lock(agent)
        row.token_hash, row.token_hint = secret.hash, secret.prefix
        row.rotated_at, row.revoked_at = timezone.now(), None
        row.save(update_fields=["token_hash", "token_hint", "rotated_at", "revoked_at"])
        record_audit(actor=actor, action="agent.rotate", target=row)
        announce(row)
        recheck([row.pk])
    return row, _credentials(row, secret)


def revoke_token(*, actor: Actor, agent: Agent) -> Agent:
    """Refuse the agent from now on, on every process, until it gets another token. Doing it twice is no error."""
    with unit_of_work():
        row = _lock(agent)
        if row.revoked_at is None:
            row.token_hash, row.revoked_at = "", timezone.now()
            row.save(update_fields=["token_hash", "revoked_at"])
            record_audit(actor=actor, action="agent.revoke", target=row)
            _end_presence(row)
            announce_presence(row)
            recheck([row.pk])
    return row


def delete_agent(*, actor: Actor, agent: Agent) -> None:
    """Take it away with what was still to be brought to it; what it said stays, under its name."""
    with unit_of_work():
        row = _lock(agent)
        announce_removal(row)
        row.token_hash, row.deleted_at = "", timezone.now()
        row.save(update_fields=["token_hash", "deleted_at"])
        Delivery.objects.filter(agent=row).delete()
        end_prompts_of(row)
        remove_agent(row.pk)
        record_audit(actor=actor, action="agent.delete", target=row, name=row.name)
        _end_presence(row)
        recheck([row.pk])


def _lock(agent: Agent) -> Agent:
    """The row as it is now, held until the transaction ends. Raises NotFound."""
    row = Agent.objects.select_for_update(no_key=True).filter(pk=agent.pk, deleted_at=None).first()
    if row is None:
        raise not_found("agent")
    return row


def _end_presence(agent: Agent) -> None:
    Presence.objects.filter(agent=agent).update(connection=None, until=None)


def _credentials(agent: Agent, secret: IssuedSecret) -> Credentials:
    base: str = settings.PUBLIC_ORIGIN
    return Credentials(
        {
            "AGENT_ID": str(agent.pk),
            "AGENT_TOKEN": secret.text,
            "AGENT_BASE_URL": base,
            "AGENT_WS_URL": base.replace("http", "ws", 1),
        }
    )


def _name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > MAX_NAME:
        raise InvalidInput(f"name: must have 1 to {MAX_NAME} characters", path="name")
    return cleaned


def _description(description: str) -> str:
    cleaned = description.strip()
    if len(cleaned) > MAX_DESCRIPTION:
        raise InvalidInput(f"description: must have at most {MAX_DESCRIPTION} characters", path="description")
    return cleaned
