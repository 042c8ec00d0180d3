"""Stage: views. Asking and answering over HTTP; the words arrive on the conversation's live stream."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.conversations.access import get_conversation, get_message
from chat.conversations.answers import stop_answer
from chat.conversations.group_views import ids_in
from chat.conversations.schema import MessageAnswer
from chat.conversations.serializers import show_message
from chat.conversations.views import HistoryView
from chat.turns import actions, schema
from chat.turns.models import Turn
from chat.turns.starting import skill_payload, start_tool
from sandbox.plugins.tools import show_startable, startable_plugins
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import NotFound
from widgets_manager.core.schema import reads, writes
from widgets_manager.llm.providers import get_provider
from widgets_manager.widgets.chat_api import panel_ids


@extend_schema(tags=["conversations"])
class MessagesView(HistoryView):
    """What was said, and saying more."""

    @writes(schema.AskedAnswer, 404, 422, status=202, body=schema.Question)
    def post(self, request: Request, conversation_id: str) -> Response:
        """Say `{text, attachments?, reply_to?, visiblePanelIds?, focusedPanelId?, skillId?}` → 202 `{message, answer}`.

        The answer is still unwritten; null where the assistant takes no part, or only files were sent. With `skillId`
        what that skill says counts for this message.
        """
        only_fields(request.data, "text", "attachments", "reply_to", "visiblePanelIds", "focusedPanelId", "skillId")
        conversation = get_conversation(self.actor, conversation_id)
        skill_id = field(request.data, "skillId", str, required=False)
        reply_to = field(request.data, "reply_to", str, required=False)
        files = ids_in(request.data, "attachments")
        message, answer = actions.ask(
            actor=self.actor,
            conversation=conversation,
            text=field(request.data, "text", str, required=not files, default=""),
            visible_ids=panel_ids(request.data),
            focused_id=field(request.data, "focusedPanelId", str, required=False),
            payload=skill_payload(self.actor, skill_id) if skill_id is not None else None,
            reply_to=get_message(self.actor, conversation, reply_to) if reply_to else None,
            attachments=files,
        )
        shown = show_message(answer) if answer else None
        return Response({"message": show_message(message), "answer": shown}, status=202)


@extend_schema(tags=["conversations"])
class StartView(ApiView):
    """Start the tool of a plugin."""

    @writes(schema.AskedAnswer, 404, 422, status=202, body=schema.Start)
    def post(self, request: Request, conversation_id: str) -> Response:
        """`{pluginId, arguments}` → 202 `{message, answer}`; the answer tells what came of it."""
        only_fields(request.data, "pluginId", "arguments")
        message, answer = start_tool(
            actor=self.actor,
            conversation=get_conversation(self.actor, conversation_id),
            plugin_id=field(request.data, "pluginId", str),
            arguments=field(request.data, "arguments", dict, required=False, default={}),
        )
        return Response({"message": show_message(message), "answer": show_message(answer)}, status=202)


@extend_schema(tags=["conversations"])
class ToolsView(ApiView):
    """What a person may start."""

    @reads(schema.ToolsAnswer)
    def get(self, request: Request) -> Response:
        """The tools of plugins, also those that the model is not offered, and the skills that wait to be started."""
        return Response({"tools": [show_startable(plugin) for plugin in startable_plugins(self.actor)]})


@extend_schema(tags=["conversations"])
class MessageView(ApiView):
    """One message."""

    @reads(MessageAnswer, 404)
    def get(self, request: Request, conversation_id: str, message_id: str) -> Response:
        """The message as it is now, for clients without a live connection."""
        conversation = get_conversation(self.actor, conversation_id)
        return Response({"message": show_message(get_message(self.actor, conversation, message_id), whole=True)})


@extend_schema(tags=["conversations"])
class WhyView(ApiView):
    """How an answer came about."""

    @reads(schema.WhyAnswer, 404)
    def get(self, request: Request, conversation_id: str, message_id: str) -> Response:
        """The prompt section used, who answered, and each intent chosen."""
        message = get_message(self.actor, get_conversation(self.actor, conversation_id), message_id)
        turn = Turn.objects.filter(message=message).first()
        if turn is None:
            raise NotFound("Nothing is known about how this message came about.")
        shown = {
            "provider": turn.provider,
            "model": turn.model,
            "generation": turn.generation,
            "prompt_section": turn.prompt_section,
            "visible_panel_ids": turn.visible_panel_ids,
            "focused_panel_id": turn.focused_panel_id,
            "steps": turn.steps,
        }
        return Response({"why": shown})


@extend_schema(tags=["conversations"])
class StopView(ApiView):
    """Stop an answer that is being written."""

    @writes(MessageAnswer, 404)
    def post(self, request: Request, conversation_id: str, message_id: str) -> Response:
        """Keep what is there."""
        conversation = get_conversation(self.actor, conversation_id)
        message = stop_answer(actor=self.actor, conversation=conversation, message_id=message_id)
        return Response({"message": show_message(message)})


@extend_schema(tags=["conversations"])
class RetryView(ApiView):
    """Ask again for an answer that failed or was cut off."""

    @writes(schema.AnswerAnswer, 404, 409, status=202)
    def post(self, request: Request, conversation_id: str, message_id: str) -> Response:
        """A fresh answer, 202."""
        conversation = get_conversation(self.actor, conversation_id)
        answer = actions.ask_again(actor=self.actor, conversation=conversation, message_id=message_id)
        return Response({"answer": show_message(answer)}, status=202)


@extend_schema(tags=["conversations"])
class ChooseView(ApiView):
    """Answer a question back."""

    @writes(schema.AnswerAnswer, 404, 409, 422, status=201, body=schema.Choice)
    def post(self, request: Request, conversation_id: str, message_id: str) -> Response:
        """`{index}` of the candidate."""
        only_fields(request.data, "index")
        answer = actions.choose(
            actor=self.actor,
            conversation=get_conversation(self.actor, conversation_id),
            message_id=message_id,
            index=field(request.data, "index", int),
        )
        return Response({"answer": show_message(answer)}, status=201)


@extend_schema(tags=["conversations"])
class ConfirmView(ApiView):
    """Say yes or no to a write."""

    @writes(schema.AnswerAnswer, 404, 409, 422, status=201, body=schema.Decision)
    def post(self, request: Request, conversation_id: str, message_id: str) -> Response:
        """`{accept}`."""
        only_fields(request.data, "accept")
        answer = actions.confirm(
            actor=self.actor,
            conversation=get_conversation(self.actor, conversation_id),
            message_id=message_id,
            accept=field(request.data, "accept", bool),
        )
        return Response({"answer": show_message(answer)}, status=201)


@extend_schema(tags=["conversations"])
class ProviderView(ApiView):
    """Who answers."""

    @reads(schema.ProviderAnswer)
    def get(self, request: Request) -> Response:
        """The provider's label, and whether it is the offline matcher."""
        provider = get_provider()
        return Response({"provider": {"label": provider.label, "offline": provider.offline}})
