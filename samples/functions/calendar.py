"""`calendar.*`: meetings of a person."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from samples.functions.models import Meeting
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function


class CreateMeetingParams(BaseModel):
    """A meeting to make; what a form leaves empty counts as not given."""

    topic: str = Field(min_length=1, max_length=200)
    duration: int = Field(default=30, ge=5, le=600)
    priority: Literal["low", "med", "high"] = "med"
    notes: str = Field(default="", max_length=5000)

    @field_validator("duration", "priority", "notes", mode="before")
    @classmethod
    def _default_for_nothing(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].default if value in (None, "") else value


class ListMeetingsParams(BaseModel):
    """How many to show."""

    limit: int = Field(default=50, ge=1, le=200)


class CancelMeetingParams(BaseModel):
    """The meeting, as `create_meeting` named it."""

    meeting_id: str = Field(pattern=r"^m_[0-9]{1,18}$")


def create_meeting(call: FunctionCall) -> ActionResult:
    """Write a meeting down."""
    meeting = Meeting.add(call.actor, **call.params.model_dump())
    return ActionResult(True, {"meeting_id": _name(meeting)})


def list_meetings(call: FunctionCall) -> ActionResult:
    """The newest meetings first."""
    return ActionResult(True, [_show(row) for row in Meeting.of(call.actor)[: call.params.limit]])


def cancel_meeting(call: FunctionCall) -> ActionResult:
    """Forget a meeting."""
    deleted, _ = Meeting.of(call.actor).filter(pk=int(call.params.meeting_id.removeprefix("m_"))).delete()
    if not deleted:
        return ActionResult(False, error=f"There is no meeting {call.params.meeting_id}.")
    return ActionResult(True, {"meeting_id": call.params.meeting_id})


def _name(meeting: Meeting) -> str:
    return f"m_{meeting.pk}"


def _show(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": _name(meeting),
        "topic": meeting.topic,
        "duration": meeting.duration,
        "priority": meeting.priority,
        "notes": meeting.notes,
        "created_at": meeting.created_at.isoformat(),
    }


def register() -> None:
    """Let apps keep a calendar."""
    register_function(
        "calendar.create_meeting",
        description="Create a meeting.",
        run=create_meeting,
        params_model=CreateMeetingParams,
        effect="write",
    )
    register_function(
        "calendar.list_meetings",
        description="List the person's meetings.",
        run=list_meetings,
        params_model=ListMeetingsParams,
    )
    register_function(
        "calendar.cancel_meeting",
        description="Cancel a meeting.",
        run=cancel_meeting,
        params_model=CancelMeetingParams,
        effect="write",
    )
