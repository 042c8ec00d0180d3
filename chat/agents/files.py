"""Stage: access. The files that answer a file picker: the person's own, of the kinds and as many as were asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chat.agents.trees import most_files
from chat.conversations.models import Attachment
from widgets_manager.core.access import not_found
from widgets_manager.core.exceptions import InvalidInput

# What a file with an ending must be by its content; other endings are only asked of the name.
_CONTENT: Final = {
    ".pdf": ("application/pdf",),
    ".png": ("image/png",),
    ".jpg": ("image/jpeg",),
    ".jpeg": ("image/jpeg",),
    ".gif": ("image/gif",),
    ".webp": ("image/webp",),
    ".zip": ("application/zip",),
    ".gz": ("application/gzip",),
    ".txt": ("text/plain",),
    ".md": ("text/markdown",),
    ".csv": ("text/csv",),
    ".json": ("application/json",),
    ".xml": ("application/xml",),
    ".html": ("text/html",),
    ".svg": ("image/svg+xml",),
    ".yaml": ("application/yaml",),
    ".yml": ("application/yaml",),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation",),
}


def check_files(spec: dict[str, Any], ids: Sequence[str], own: Mapping[str, Attachment]) -> list[Attachment]:
    """The uploads (`own` by id) that were named. Raises InvalidInput with the path of the fault, NotFound."""
    most = most_files(spec)
    if len(ids) > most:
        raise InvalidInput(f"value.files: at most {most} file{'s' if most > 1 else ''}", path="value.files")
    if len(set(ids)) != len(ids):
        raise InvalidInput("value.files: names a file twice", path="value.files")
    files = []
    for index, file_id in enumerate(ids):
        row = own.get(file_id)
        if row is None:
            raise not_found("uploaded file")
        if not _is_accepted(spec.get("accept", ()), row):
            allowed = ", ".join(spec["accept"])
            message = f"value.files[{index}]: {row.name} is {row.mime} by its content; accepted are {allowed}"
            raise InvalidInput(message, path=f"value.files[{index}]")
        files.append(row)
    return files


def _is_accepted(accept: Sequence[str], row: Attachment) -> bool:
    return not accept or any(_fits(kind.lower(), row) for kind in accept)


def _fits(kind: str, row: Attachment) -> bool:
    if kind.startswith("."):
        return row.name.lower().endswith(kind) and row.mime in _CONTENT.get(kind, (row.mime,))
    main, _, sub = kind.partition("/")
    return row.mime == kind or (sub == "*" and row.mime.startswith(f"{main}/")) or kind == "*/*"
