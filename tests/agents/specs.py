"""One spec of each kind, as the seed's examples have them."""

from __future__ import annotations

from typing import Any

CONFIRM: dict[str, Any] = {
    "title": "Delete local cache?",
    "body": "The agent will remove generated cache files from this machine.",
    "danger": True,
    "labels": {"yes": "Delete", "no": "Keep files"},
}
CHOICE: dict[str, Any] = {
    "title": "Choose export format",
    "options": [
        {"id": "pdf", "label": "PDF"},
        {"id": "docx", "label": "Word document"},
        {"id": "md", "label": "Markdown"},
    ],
}
CHECKS: dict[str, Any] = {
    "title": "Choose checks to run",
    "multi": True,
    "options": [{"id": "lint", "label": "Lint"}, {"id": "test", "label": "Tests"}, {"id": "build", "label": "Build"}],
}
PERMISSION: dict[str, Any] = {
    "title": "Allow folder read?",
    "body": "The agent wants to inspect files in ./docs before answering.",
    "scopes": ["once", "session"],
}
FORM: dict[str, Any] = {
    "title": "Release details",
    "submitLabel": "Start release",
    "fields": [
        {"name": "version", "label": "Version", "type": "text", "required": True},
        {"name": "priority", "label": "Priority", "type": "number", "min": 1, "max": 5},
        {"name": "notes", "label": "Notes", "type": "textarea"},
        {"name": "announce", "label": "Announce in chat", "type": "checkbox"},
    ],
}
PROGRESS: dict[str, Any] = {"title": "Building project", "value": 10, "max": 100, "cancellable": True}
FILES: dict[str, Any] = {
    "title": "Upload project brief",
    "multiple": True,
    "accept": ["application/pdf", ".md"],
    "maxFiles": 3,
}
DATE: dict[str, Any] = {"title": "Schedule review", "mode": "date", "min": "2026-05-23"}

# Kind, spec, an answer, and what the agent gets of it (files: tests/agents/test_files.py).
ANSWERED: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("confirm", CONFIRM, True, True),
    ("confirm", CONFIRM, False, False),
    ("choice", CHOICE, "pdf", "pdf"),
    ("choice", CHECKS, ["lint", "test"], ["lint", "test"]),
    ("choice", CHECKS, [], []),
    ("permission", PERMISSION, {"granted": True, "scope": "once"}, {"granted": True, "scope": "once"}),
    ("permission", PERMISSION, {"granted": False, "scope": "once"}, {"granted": False}),
    ("permission", {"title": "Read?"}, {"granted": True}, {"granted": True}),
    (
        "form",
        FORM,
        {"version": "1.2.0", "priority": "3", "notes": "", "announce": True},
        {"version": "1.2.0", "priority": 3, "announce": True},
    ),
    ("datetime", DATE, {"mode": "date", "value": "2026-05-24"}, {"mode": "date", "value": "2026-05-24"}),
]
