"""Stage: access. A tenant's blobs; a stranger's do not exist."""

from __future__ import annotations

from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.files.models import Blob


def get_blob(actor: Actor, blob_id: object) -> Blob:
    """A blob of the actor's tenant. Raises NotFound."""
    return get_or_404(Blob.objects.filter(tenant=actor.tenant), "file", pk=parse_id(blob_id, "file"))
