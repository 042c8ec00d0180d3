"""The pages of apps and the playground."""

from __future__ import annotations

import pytest

from tests.people import Person
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.models import InstalledWidget

APP = """\
widgets:
  version: 1
  workspace_tabs:
    - id: greeter
      title: Greeter
      icon: waving_hand
      tree: {type: text, text: Hello}
"""


@pytest.fixture
def app(alice: Person) -> InstalledWidget:
    return installs.install_widget(actor=alice.actor, source=installs.from_text(APP))[0]


def test_it_works(alice: Person, app: InstalledWidget) -> None:
    response = alice.client.get(f"/apps/{app.pk}/")
    assert response.status_code == 200
    assert f'<app-workspace app="{app.pk}" name="Greeter">' in response.content.decode()
    assert "<app-list>" in alice.client.get("/apps/").content.decode()
    assert "<play-ground>" in alice.client.get("/playground/").content.decode()


def test_both_pages_stand_on_the_rail(alice: Person) -> None:
    page = alice.client.get("/apps/").content.decode()
    assert 'href="/apps/"' in page
    assert 'href="/playground/"' in page
    assert page.index('href="/apps/"') < page.index('href="/widgets/"') < page.index('href="/playground/"')


def test_a_disabled_app_has_its_page(alice: Person, app: InstalledWidget) -> None:
    installs.set_enabled(actor=alice.actor, widget=app, enabled=False)
    assert alice.client.get(f"/apps/{app.pk}/").status_code == 200


def test_a_widget_that_is_no_app_has_none(alice: Person) -> None:
    text = '{"panelId": "x", "panelType": "list", "title": "X", "version": "1.0", "intents": []}'
    widget = installs.install_widget(actor=alice.actor, source=installs.from_text(text))[0]
    assert alice.client.get(f"/apps/{widget.pk}/").status_code == 404


def test_a_name_is_only_text(alice: Person, app: InstalledWidget) -> None:
    installs.rename_widget(actor=alice.actor, widget=app, name='"><script>alert(1)</script>')
    page = alice.client.get(f"/apps/{app.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


@pytest.mark.parametrize("name", ["charlie", "bob"])
def test_strangers_and_teammates(name: str, request: pytest.FixtureRequest, app: InstalledWidget) -> None:
    person: Person = request.getfixturevalue(name)
    assert person.client.get(f"/apps/{app.pk}/").status_code == 404
    assert person.client.get("/apps/not-an-id/").status_code == 404


def test_visitors_sign_in_first(alice: Person, app: InstalledWidget) -> None:
    fresh = type(alice.client)()
    for path in ("/apps/", f"/apps/{app.pk}/", "/playground/"):
        assert fresh.get(path)["Location"].startswith("/sign-in/")
