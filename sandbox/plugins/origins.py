"""Stage: access. Where a run of a plugin comes from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from widgets_manager.jobs.running import RunningJob


@dataclass(frozen=True, slots=True)
class Origin:
    """The place whose widget was clicked, the conversation and the message, the job; each None where there is none.

    A job has the origin of the run that started it.
    """

    place: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    message_id: uuid.UUID | None = None
    job: RunningJob | None = None
