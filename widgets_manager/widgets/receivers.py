"""Stage: handlers. What this room does when somebody's access changes: mirror the generation after the commit."""

from __future__ import annotations

import uuid
from typing import Any

from widgets_manager.core.signals import access_changed
from widgets_manager.core.unit_of_work import after_commit
from widgets_manager.widgets.cache import publish_generations


def connect() -> None:
    """Listen to access_changed."""
    access_changed.connect(_mirror, dispatch_uid="widgets.mirror_generations")


def _mirror(sender: object, tenant_id: uuid.UUID, user_id: uuid.UUID | None, **kwargs: Any) -> None:
    after_commit(lambda: publish_generations(tenant_id, user_id))
