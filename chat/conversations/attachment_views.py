"""Stage: views. Files of conversations: uploaded, downloaded, taken back."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from chat.conversations import attaching, schema
from chat.conversations.access import get_attachment, get_conversation
from chat.conversations.serializers import show_attachment
from widgets_manager.core.api import ApiView
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.schema import Success, writes
from widgets_manager.files.views import download

# What pages show as pictures; everything else is bytes to them.
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})


@extend_schema(tags=["conversations"])
class AttachmentsView(ApiView):
    """Files that are to be said."""

    parser_classes = [MultiPartParser]

    @writes(schema.AttachmentAnswer, 404, 409, 413, 422, status=201, body=schema.NewAttachment)
    def post(self, request: Request, conversation_id: str) -> Response:
        """Multipart with one `file`; a message of one's own then says it, within a day."""
        conversation = get_conversation(self.actor, conversation_id)
        upload = request.FILES.get("file")
        if upload is None:
            raise InvalidInput("file: required (multipart/form-data)", path="file")
        row = attaching.upload_attachment(
            actor=self.actor, conversation=conversation, name=upload.name or "", stream=upload
        )
        return Response({"attachment": show_attachment(row)}, status=201)


@extend_schema(tags=["conversations"])
class AttachmentView(ApiView):
    """A file that was said."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, conversation_id: str, attachment_id: str) -> HttpResponseBase:
        """The bytes, as a download that no browser runs."""
        row = get_attachment(self.actor, get_conversation(self.actor, conversation_id), attachment_id)
        response: HttpResponse = download(row.blob, name=row.name)
        response["Content-Type"] = row.mime if row.mime in PICTURES else "application/octet-stream"
        return response

    @writes(Success, 404)
    def delete(self, request: Request, conversation_id: str, attachment_id: str) -> Response:
        """Take back what was not said yet."""
        conversation = get_conversation(self.actor, conversation_id)
        row = get_attachment(self.actor, conversation, attachment_id)
        attaching.drop_attachment(actor=self.actor, attachment=row)
        return Response({"success": True})
