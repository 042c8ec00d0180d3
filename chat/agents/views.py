"""Stage: views. Agents over HTTP, for the people whose agents they are."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.agents import schema
from chat.agents.access import agents_in, get_agent, get_managed_agent, shown_agents, visible_agents
from chat.agents.actions import agents as actions
from chat.agents.actions.answers import answer_widget
from chat.agents.events import is_online, presence_of, show_agent
from chat.agents.models import Agent
from chat.conversations.access import get_conversation, messages_of
from chat.conversations.serializers import show_message
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.schema import Success, reads, writes


def _with_credentials(made: tuple[Agent, actions.Credentials], status: int) -> Response:
    agent, credentials = made
    shown = {"agent": _shown(agent), "credentials": credentials.values, "env": credentials.env}
    return Response(shown, status=status)


def _shown(agent: Agent) -> dict[str, Any]:
    return show_agent(shown_agents().get(pk=agent.pk))


@extend_schema(tags=["agents"])
class AgentsView(ApiView):
    """One's agents."""

    people_write = True
    keeps_answer = False

    @reads(schema.AgentsAnswer, operation_id="agents_list")
    def get(self, request: Request) -> Response:
        """One's own and the shared ones, for admins all of the organisation."""
        return Response({"agents": [show_agent(row) for row in visible_agents(self.actor)]})

    @writes(schema.AgentCredentialsAnswer, 409, 422, status=201, body=schema.NewAgent)
    def post(self, request: Request) -> Response:
        """Make one: `{name, description?, shared?}` → its credentials, this once."""
        only_fields(request.data, "name", "description", "shared")
        made = actions.create_agent(
            actor=self.actor,
            name=field(request.data, "name", str),
            description=field(request.data, "description", str, required=False, default=""),
            shared=field(request.data, "shared", bool, required=False, default=False),
        )
        return _with_credentials(made, 201)


@extend_schema(tags=["agents"])
class AgentView(ApiView):
    """One agent."""

    people_write = True

    @reads(schema.AgentAnswer, 404)
    def get(self, request: Request, agent_id: str) -> Response:
        """The agent as it is now."""
        return Response({"agent": show_agent(get_agent(self.actor, agent_id))})

    @writes(schema.AgentAnswer, 404, 422, body=schema.AgentChange)
    def patch(self, request: Request, agent_id: str) -> Response:
        """Change `{name?, description?, shared?}`."""
        only_fields(request.data, "name", "description", "shared")
        agent = actions.change_agent(
            actor=self.actor,
            agent=get_managed_agent(self.actor, agent_id),
            name=field(request.data, "name", str, required=False),
            description=field(request.data, "description", str, required=False),
            shared=field(request.data, "shared", bool, required=False),
        )
        return Response({"agent": _shown(agent)})

    @writes(Success, 404)
    def delete(self, request: Request, agent_id: str) -> Response:
        """Delete it; what it said stays."""
        actions.delete_agent(actor=self.actor, agent=get_managed_agent(self.actor, agent_id))
        return Response({"success": True})


@extend_schema(tags=["conversations"])
class MetAgentsView(ApiView):
    """The agents in a conversation."""

    @reads(schema.MetAgentsAnswer, 404)
    def get(self, request: Request, conversation_id: str) -> Response:
        """Whether each of them is connected, also of those that the person sees nowhere else."""
        rows = agents_in(get_conversation(self.actor, conversation_id))
        return Response({"agents": [{"id": str(row.pk), "online": is_online(presence_of(row))} for row in rows]})


@extend_schema(tags=["conversations"])
class AnswerView(ApiView):
    """Answering what an agent asks."""

    @writes(schema.WidgetAnswered, 404, 409, 410, 422, status=201, body=schema.WidgetAnswerBody)
    def post(self, request: Request, conversation_id: str, message_id: str) -> Response:
        """`{value}`, of the form that the widget's kind has, or `{cancelled: true}`."""
        only_fields(request.data, "value", "cancelled")
        cancelled = field(request.data, "cancelled", bool, required=False, default=False)
        if cancelled == ("value" in request.data):
            raise InvalidInput("value: give either value or cancelled: true", path="value")
        conversation = get_conversation(self.actor, conversation_id)
        message, answer = answer_widget(
            actor=self.actor,
            conversation=conversation,
            message_id=message_id,
            value=field(request.data, "value", object, required=False),
            cancelled=cancelled,
        )
        shown = {row.pk: show_message(row) for row in messages_of(conversation).filter(pk__in=[message.pk, answer.pk])}
        return Response({"message": shown[message.pk], "answer": shown[answer.pk]}, status=201)


@extend_schema(tags=["agents"])
class RotateView(ApiView):
    """Another token."""

    people_write = True
    keeps_answer = False

    @writes(schema.AgentCredentialsAnswer, 404)
    def post(self, request: Request, agent_id: str) -> Response:
        """Give it another token; the old one is refused at once. For its owner."""
        return _with_credentials(
            actions.rotate_token(actor=self.actor, agent=get_managed_agent(self.actor, agent_id)), 200
        )


@extend_schema(tags=["agents"])
class RevokeView(ApiView):
    """No token."""

    people_write = True

    @writes(schema.AgentAnswer, 404)
    def post(self, request: Request, agent_id: str) -> Response:
        """Refuse it from now on, until its token is rotated."""
        agent = actions.revoke_token(actor=self.actor, agent=get_managed_agent(self.actor, agent_id))
        return Response({"agent": _shown(agent)})
