"""Stage: views. Conversations over HTTP; messages are sent through the turns room, which answers them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chat.conversations import actions, schema
from chat.conversations.access import get_conversation, messages_of, visible_conversations
from chat.conversations.group_views import ids_in
from chat.conversations.participants import require_host
from chat.conversations.searching import search_conversations, show_hits
from chat.conversations.serializers import show_conversation, show_message
from widgets_manager.apps.access import get_app
from widgets_manager.core.access import parse_id
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.schema import Success, reads, writes
from widgets_manager.widgets.pages import page_actor

PAGE_SIZE = 50


@extend_schema(tags=["conversations"])
class ConversationsView(ApiView):
    """One's conversations."""

    @reads(schema.ConversationsAnswer, parameters=[schema.QUERY, schema.AGENT])
    def get(self, request: Request) -> Response:
        """The two hundred most recently used; `?q=` searches titles and messages, `?agent=` names one of an agent."""
        rows = visible_conversations(self.actor)
        agent = request.query_params.get("agent")
        if agent:
            rows = rows.filter(participants__agent_id=parse_id(agent, "agent"), participants__left_at__isnull=True)
        wanted = request.query_params.get("q", "").replace("\x00", "").strip()
        found = list((search_conversations(rows, wanted) if wanted else rows)[:200])
        answer: dict[str, Any] = {"conversations": [show_conversation(row) for row in found]}
        return Response(answer | ({"hits": show_hits(found, wanted)} if wanted else {}))

    @writes(schema.ConversationAnswer, 404, 409, 422, status=201, body=schema.NewConversation)
    def post(self, request: Request) -> Response:
        """Begin one: `{title?, app?, agent_ids?, user_ids?, assistant?}`.

        With `app`, the id of an installed app, it is about that app alone. Without `assistant` the assistant takes
        part when nobody else does.
        """
        only_fields(request.data, "title", "app", "agent_ids", "user_ids", "assistant")
        title = field(request.data, "title", str, required=False, default="")
        app_id = field(request.data, "app", str, required=False)
        app = get_app(self.actor, app_id) if app_id else None
        conversation = actions.create_conversation(
            actor=self.actor,
            title=title,
            app=app,
            agent_ids=ids_in(request.data, "agent_ids"),
            user_ids=ids_in(request.data, "user_ids"),
            assistant=field(request.data, "assistant", bool, required=False),
        )
        return Response({"conversation": show_conversation(get_conversation(self.actor, conversation.pk))}, status=201)


@extend_schema(tags=["conversations"])
class ConversationView(ApiView):
    """One conversation."""

    @writes(schema.ConversationAnswer, 404, 422, body=schema.NewTitle)
    def patch(self, request: Request, conversation_id: str) -> Response:
        """Rename it: `{title}`."""
        only_fields(request.data, "title")
        conversation = get_conversation(self.actor, conversation_id)
        title = field(request.data, "title", str)
        actions.rename_conversation(actor=self.actor, conversation=conversation, title=title)
        return Response({"conversation": show_conversation(get_conversation(self.actor, conversation_id))})

    @writes(Success, 404)
    def delete(self, request: Request, conversation_id: str) -> Response:
        """Delete it with everything that was said."""
        conversation = get_conversation(self.actor, conversation_id)
        require_host(self.actor, conversation, "deleting it")
        actions.delete_conversation(actor=self.actor, conversation=conversation)
        return Response({"success": True})


@extend_schema(tags=["conversations"])
class HistoryView(ApiView):
    """What was said."""

    @reads(schema.HistoryAnswer, 404, 422, operation_id="messages_list", parameters=[schema.BEFORE])
    def get(self, request: Request, conversation_id: str) -> Response:
        """Fifty messages, oldest first, that come before number `?before=`."""
        rows = messages_of(get_conversation(self.actor, conversation_id)).order_by("-number")
        before = request.query_params.get("before")
        if before is not None:
            if not before.isdecimal() or len(before) > 9:
                raise InvalidInput("before: must be a message number", path="before")
            rows = rows.filter(number__lt=int(before))
        newest = list(rows[: PAGE_SIZE + 1])
        shown = [show_message(row) for row in reversed(newest[:PAGE_SIZE])]
        return Response({"messages": shown, "has_more": len(newest) > PAGE_SIZE})


@login_required
def chat_page(request: HttpRequest, conversation_id: str = "") -> HttpResponse:
    """The chat as a page of its own, at a conversation where the address names one."""
    actor = page_actor(request)
    conversation = show_conversation(get_conversation(actor, conversation_id)) if conversation_id else None
    return render(request, "chat/chat.html", {"actor": actor, "conversation": conversation})
