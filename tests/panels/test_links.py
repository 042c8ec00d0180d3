from __future__ import annotations

import pytest

from tests.panels.conftest import Desk, Make
from widgets_manager.core.exceptions import ApiError
from widgets_manager.panels.models import PanelItem


@pytest.fixture
def links(make: Make) -> Desk:
    return make("links", slug="links")


def test_it_works(links: Desk) -> None:
    assert links.run("add", url="https://docs.example.com/start", name="Docs").message == "Added 'Docs' to Links A."
    opened = links.run("open", name="docs")
    assert (opened.open_url, opened.show_in_view_panel) == ("https://docs.example.com/start", links.panel.panel_id)
    assert [(row.title, row.subtitle, row.url) for row in links.run("list").items or ()] == [
        ("Docs", "docs.example.com", "https://docs.example.com/start")
    ]


def test_a_link_without_name_has_its_hosts(links: Desk) -> None:
    links.run("add", url="www.example.org/page")
    links.run("add", url="example.com:8080/x")
    assert [(row.title, row.url) for row in links.run("list").items or ()] == [
        ("example.org", "https://www.example.org/page"),
        ("example.com", "https://example.com:8080/x"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.com",
        "mailto:ada@example.com",
        "https://user:secret@example.com/",
        "https://exa mple.com/",
        "https://",
        "https://example.com:99999/",
        "https://[::1",
        'https://example.com/"onclick',
        "https://example.com\\@evil.example",
        "",
        "x" * 2_001,
    ],
)
def test_only_web_addresses_are_kept(links: Desk, url: str) -> None:
    with pytest.raises(ApiError) as caught:
        links.run("add", url=url)
    assert (caught.value.status, caught.value.path) == (422, "params.url")
    assert not PanelItem.objects.exists()


def test_what_was_stored_is_checked_again_before_it_is_opened(links: Desk) -> None:
    links.run("add", url="https://example.com", name="x")
    PanelItem.objects.update(data={"url": "javascript:alert(1)", "host": ""})
    with pytest.raises(ApiError):
        links.run("open", name="x")


def test_open_and_remove_by_position(links: Desk) -> None:
    for name in ("one", "two", "three"):
        links.run("add", url=f"https://{name}.example.com", name=name)
    assert links.run("open", position=2).open_url == "https://two.example.com"
    assert links.run("remove", position=-1).message == "Removed 'three' from Links A."
    assert links.run("open", name="three").error == "'three' matches nothing in Links A."
    with pytest.raises(ApiError) as caught:
        links.run("open")
    assert caught.value.path == "params.name"
