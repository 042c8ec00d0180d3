"""What stands in lists, quotes and searches in place of an answer."""

from __future__ import annotations

from chat.agents.wording import answer_text

SPEC = {
    "title": "Release",
    "fields": [
        {"name": "where", "label": "Environment", "type": "select", "options": [{"id": "p", "label": "Production"}]},
        {"name": "when", "label": "When", "type": "datetime"},
        {"name": "announce", "label": "Announce", "type": "checkbox"},
        {"name": "notes", "label": "Notes", "type": "text"},
    ],
}


def test_forms_are_said_as_people_filled_them_in() -> None:
    value = {"where": "p", "when": "2026-12-24T15:00", "announce": False, "notes": "As THEY said"}
    said = "Environment: Production; When: 2026-12-24 15:00; Announce: no; Notes: As THEY said"
    assert answer_text("form", SPEC, value, cancelled=False) == f"Release → {said}"


def test_moments_have_no_t_in_them() -> None:
    value = {"mode": "datetime", "value": "2026-12-24T15:00"}
    assert answer_text("datetime", {"title": "Call"}, value, cancelled=False) == "Call → 2026-12-24 15:00"
