"""Apps where no model answers: their inline widgets and tabs by name, and a sentence for what needs a model."""

from __future__ import annotations

import pytest

from tests.chat.apps import FILES, Registered, install_app
from tests.chat.conftest import Ask
from tests.people import Person
from widgets_manager.sessions.models import MountedWidget

pytestmark = pytest.mark.django_db(transaction=True)

TABS = """\
widgets:
  version: 1
  workspace_tabs:
    - { id: greeter, title: Greeter, tree: { type: text, text: Hello } }
  inline:
    hidden: { title: Not granted, tree: { type: text, text: No } }
"""


@pytest.mark.parametrize("text", ["show delete a file", "show the delete a file widget", "show confirm_delete"])
def test_it_works(registered: Registered, alice: Person, say: Ask, text: str) -> None:
    app = install_app(alice, FILES)
    answer = say(text)
    assert answer["text"] == "Here it is."
    assert answer["payload"]["tools"][0]["tool"] == "widget.render"
    widget = MountedWidget.objects.get()
    assert (str(widget.app_id), widget.ref, widget.zone) == (app["id"], "confirm_delete", "inline")


def test_a_tab_is_pointed_to(alice: Person, say: Ask) -> None:
    app = install_app(alice, TABS)
    assert f"(/apps/{app['id']}/?tab=greeter)" in say("open the greeter tab")["text"]
    assert not MountedWidget.objects.exists()


def test_what_is_not_granted_is_not_offered(alice: Person, say: Ask) -> None:
    install_app(alice, TABS)
    assert "Here it is." not in say("show not granted")["text"]
    assert not MountedWidget.objects.exists()


def test_what_needs_a_model_is_said(registered: Registered, alice: Person, say: Ask) -> None:
    assert "language model" not in say("what is the meaning of life?")["text"]
    app = install_app(alice, FILES)
    assert f"What the assistant of {app['name']} would answer needs a language model" in say("and of files?")["text"]
    assert not MountedWidget.objects.exists()
