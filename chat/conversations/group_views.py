"""Stage: views. Who takes part, how far they have read, and that they are writing."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.conversations import participants, reading, schema
from chat.conversations.access import get_conversation
from chat.conversations.models import Participant
from chat.conversations.serializers import show_conversation, show_participant
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.schema import Success, writes


@extend_schema(tags=["conversations"])
class ParticipantsView(ApiView):
    """Those who take part."""

    @writes(schema.ConversationAnswer, 404, 422, status=201, body=schema.NewParticipants)
    def post(self, request: Request, conversation_id: str) -> Response:
        """Bring others in: `{agent_ids?, user_ids?, assistant?}`; they see what was said before."""
        only_fields(request.data, "agent_ids", "user_ids", "assistant")
        participants.add_participants(
            actor=self.actor,
            conversation=get_conversation(self.actor, conversation_id),
            agent_ids=ids_in(request.data, "agent_ids"),
            user_ids=ids_in(request.data, "user_ids"),
            assistant=field(request.data, "assistant", bool, required=False, default=False),
        )
        return Response({"conversation": show_conversation(get_conversation(self.actor, conversation_id))}, status=201)


@extend_schema(tags=["conversations"])
class ParticipantView(ApiView):
    """One who takes part."""

    @writes(Success, 404)
    def delete(self, request: Request, conversation_id: str, participant_id: str) -> Response:
        """Take them out, or leave oneself; a conversation that the last person leaves is deleted."""
        conversation = get_conversation(self.actor, conversation_id)
        participants.remove_participant(actor=self.actor, conversation=conversation, participant_id=participant_id)
        return Response({"success": True})


@extend_schema(tags=["conversations"])
class ReadView(ApiView):
    """How far one has read."""

    @writes(schema.ParticipantAnswer, 404, 422, body=schema.ReadUpTo)
    def post(self, request: Request, conversation_id: str) -> Response:
        """`{number}` of the newest message seen."""
        only_fields(request.data, "number")
        conversation = get_conversation(self.actor, conversation_id)
        own = reading.mark_read(actor=self.actor, conversation=conversation, number=field(request.data, "number", int))
        return Response({"participant": show_participant(own)})


@extend_schema(tags=["conversations"])
class TypingView(ApiView):
    """That one is writing."""

    @writes(Success, 404)
    def post(self, request: Request, conversation_id: str) -> Response:
        """Show it to the others for some seconds; nothing is stored."""
        conversation = get_conversation(self.actor, conversation_id)
        own = conversation.participants.get(kind=Participant.Kind.USER, user=self.actor.user)
        reading.announce_typing(conversation, own)
        return Response({"success": True})


def ids_in(data: Any, name: str) -> list[str]:
    """A list of ids in a JSON body, empty when absent. Raises InvalidInput."""
    values = field(data, name, list, required=False, default=[])
    for index, value in enumerate(values):
        if not isinstance(value, str):
            raise InvalidInput(f"{name}[{index}]: must be a string", path=f"{name}[{index}]")
    return list(values)
