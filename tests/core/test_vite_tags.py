"""The template tags that find the front end's built files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template

from widgets_manager.core.templatetags.vite import FrontEndNotBuilt

MANIFEST = {
    "static/src/main.ts": {
        "file": "assets/main.js",
        "isEntry": True,
        "imports": ["_shared.js"],
        "css": ["assets/main.css"],
    },
    "static/src/theme/early.ts": {"file": "assets/early.js", "isEntry": True},
    "static/src/pages/chat/index.ts": {
        "file": "assets/chat.js",
        "isEntry": True,
        "imports": ["_shared.js", "_deep.js"],
    },
    "_shared.js": {"file": "assets/shared.js", "imports": ["_deep.js"], "css": ["assets/shared.css"]},
    "_deep.js": {"file": "assets/deep.js", "imports": ["_shared.js"]},
}


@pytest.fixture
def render(tmp_path: Path, settings: Any) -> Callable[[str], str]:
    """Renders template code against a front end built in a folder of its own."""
    settings.BASE_DIR = tmp_path
    output = tmp_path / "static" / "dist"
    (output / "icons").mkdir(parents=True)
    (output / "manifest.json").write_text(json.dumps(MANIFEST))
    (output / "icons" / "search.svg").write_text('<svg viewBox="0 0 1 1"><path/></svg>')
    (output / "icons" / "widgets.svg").write_text('<svg viewBox="0 0 2 2"></svg>')
    return lambda code: Template("{% load vite %}" + code).render(Context({"name": "no_such_icon"}))


def test_it_works(render: Callable[[str], str]) -> None:
    html = render('{% vite "main" %}')
    assert html.endswith('<script type="module" src="/static/assets/main.js"></script>')
    assert '<link rel="stylesheet" href="/static/assets/main.css">' in html
    assert '<link rel="stylesheet" href="/static/assets/shared.css">' in html


def test_a_page_brings_what_it_imports_once(render: Callable[[str], str]) -> None:
    html = render('{% vite "pages/chat" %}')
    assert html.count("modulepreload") == 2
    assert html.count("assets/deep.js") == 1


def test_a_blocking_script_is_a_classic_one(render: Callable[[str], str]) -> None:
    assert render('{% vite_blocking "theme/early" %}') == '<script src="/static/assets/early.js"></script>'


def test_an_unknown_entry_is_named_with_those_there_are(render: Callable[[str], str]) -> None:
    with pytest.raises(FrontEndNotBuilt, match=r"'pages/none' is not an entry .*static/src/main\.ts"):
        render('{% vite "pages/none" %}')


def test_a_missing_build_is_said_outside_of_tests(render: Callable[[str], str], tmp_path: Path, settings: Any) -> None:
    (tmp_path / "static" / "dist" / "manifest.json").unlink()
    assert render('{% vite "main" %}{% vite_blocking "theme/early" %}') == ""
    settings.ENVIRONMENT = "development"
    with pytest.raises(FrontEndNotBuilt, match="npm run build"):
        render('{% vite "main" %}')


def test_an_icon_is_drawn_and_hidden_from_screen_readers(render: Callable[[str], str]) -> None:
    assert render('{% icon "search" %}') == '<svg class="icon" aria-hidden="true" viewBox="0 0 1 1"><path/></svg>'


@pytest.mark.parametrize("code", ["{% icon name %}", '{% icon "../../manifest" %}', '{% icon "" %}'])
def test_any_other_name_shows_the_stand_in(render: Callable[[str], str], code: str) -> None:
    assert 'viewBox="0 0 2 2"' in render(code)
