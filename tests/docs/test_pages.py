"""The pages of the documentation: links lead somewhere, paths and names exist, every page can be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = {str(page.relative_to(ROOT)): page for page in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]}
WHERE = PAGES["docs/where-things-go.md"].read_text()


def paths(text: str) -> list[str]:
    """What stands in backticks and looks like a path from the project's folder."""
    made = {"test-results", ".data"}  # by running the tests and the application
    folders = {entry.name for entry in ROOT.iterdir() if entry.is_dir()} - made
    top = "|".join(sorted(map(re.escape, folders)))
    return re.findall(rf"`((?:{top})/[\w./-]*)`", text)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_it_works() -> None:
    assert len(PAGES) >= 10
    assert "widgets_manager/widgets/models.py" in paths(WHERE)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    text = PAGES[name].read_text()
    for target in re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", text):
        file, _, place = target.partition("#")
        page = (PAGES[name].parent / file).resolve() if file else PAGES[name]
        assert page.exists(), f"{name}: {target}"
        if place:
            headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
            assert place in [anchor(heading) for heading in headings], f"{name}: {target}"


@pytest.mark.parametrize("name", PAGES)
def test_named_paths_exist(name: str) -> None:
    built = {"static/dist"}
    assert not [path for path in paths(PAGES[name].read_text()) if not (ROOT / path).exists() and path not in built]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_found(name: str) -> None:
    """From the README, or from the page that lists the others."""
    lists = [PAGES["README.md"].read_text(), PAGES["docs/architecture.md"].read_text()]
    assert name in {"README.md", "docs/architecture.md"} or any(f"{Path(name).name})" in text for text in lists)


def test_where_things_go_names_what_there_is() -> None:
    rooms = ("widgets_manager", "sandbox", "chat")
    source = "\n".join(path.read_text() for folder in rooms for path in (ROOT / folder).rglob("*.py"))
    names = set(re.findall(r"`(?:\w+\.)?([a-z]+(?:_[a-z]+)+|[A-Z][a-z]+[A-Z]\w+)(?:\(\))?`", WHERE))
    assert {"register_job", "PackageForm"} <= names
    defined = set(re.findall(r"^\s*(?:def|class) (\w+)|^(\w+)\b.*=", source, re.MULTILINE))
    assert names - {name for pair in defined for name in pair} == {"test_it_works"}


def test_no_page_holds_the_author_s_machine() -> None:
    for name, page in PAGES.items():
        assert not re.search(r"(?:/home/|/Users/|/root/|/tmp/)\w", page.read_text()), name
