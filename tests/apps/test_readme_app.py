"""The app in the README: it installs without a warning, and does what the steps say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.people import Person
from widgets_manager.widgets.actions import installs

README = Path(__file__).resolve().parents[2] / "README.md"


def test_it_works(alice: Person) -> None:
    section = README.read_text().partition("## Write an app")[2].partition("\n## ")[0]
    blocks = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 1
    data = blocks[0].encode()
    source = installs.from_upload("tea.yaml", len(data), lambda: data)
    app, warnings = installs.install_widget(actor=alice.actor, source=source)
    assert (app.slug, warnings) == ("tea", ())
    shown = alice.client.get(f"/api/apps/{app.pk}/widgets").json()["data"]
    assert [tab["id"] for tab in shown["workspace_tabs"]] == ["order"]
    body = {"widget_id": "workspace_tabs.order", "type": "set_state", "payload": {"set": {"tea": "green"}}}
    session = alice.client.post("/api/conversations", {}, content_type="application/json").json()["conversation"]["id"]
    answer = alice.client.post(
        f"/api/apps/{app.pk}/widgets/action", body | {"session_id": session}, content_type="application/json"
    )
    assert answer.json()["data"]["effect"]["state"]["tea"] == "green"
    prompt = alice.client.get(f"/api/sessions/{session}/prompt").json()["data"]["prompt_section"]
    assert "**tea**" in prompt
    assert "green" in prompt
