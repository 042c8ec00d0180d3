"""The main job, as a newcomer does it with nothing but the README: from `make run` to a task in everybody's board B."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.core.browser import PICTURES
from tests.readme.newcomer import README, Newcomer, commands

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("readme")]

STEPS = README.partition("## From install to chat")[2].partition("\n## ")[0]
ADDRESS = "http://127.0.0.1:8000"
TASK = re.search(r"`(add .+? to board B)`", STEPS)
SAMPLE = re.search(rf"`({ADDRESS}/\S+)`", STEPS)
PASSWORDS = re.search(r"`(\.data/\S+)`", STEPS)

# The question stands in the thread, and a whole answer after it.
ANSWERED = """text => {
    const messages = [...document.querySelectorAll('chat-message')];
    const asked = messages.findLastIndex((one) => one.dataset.from !== 'assistant' && one.textContent.includes(text));
    const answer = messages.slice(asked + 1).find((one) => one.dataset.from === 'assistant');
    return asked >= 0 && answer !== undefined && answer.dataset.status !== 'streaming';
}"""


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    person = Newcomer(tmp_path / "tree")
    yield person
    person.press_ctrl_c()
    shutil.rmtree(person.folder)


def test_it_works(newcomer: Newcomer, browser: Browser) -> None:
    assert commands() == ["make run", "make test"]
    assert TASK
    assert SAMPLE
    assert PASSWORDS
    newcomer.type(commands()[0])
    address = f"http://127.0.0.1:{newcomer.port}"
    assert f"Ready: {address}\n" in newcomer.read_until("Ready: ")
    passwords = dict(line.split(": ") for line in newcomer.read(PASSWORDS[1]).splitlines())
    assert passwords["alice"] in newcomer.said

    page = sign_in(browser, address, "alice", passwords["alice"])
    install(page, SAMPLE[1].replace(ADDRESS, address))
    for label in ("A", "B"):
        place(page, label)
    teammate = sign_in(browser, address, "bob", passwords["bob"])

    page.get_by_role("link", name="Dashboard").click()
    page.locator(".dock-toggle").click()
    say(page, TASK[1])
    expect(answers(page).last).to_contain_text("buy milk")
    for shown in (page, teammate):
        expect(tasks(shown, "B")).to_contain_text(["buy milk"])
        expect(tasks(shown, "A")).to_have_count(0)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "readme-main-job.png")
    assert "### Task Board B (panelId: " in prompt_of_last_answer(page)

    switch_off(page)
    page.get_by_role("link", name="Dashboard").click()
    say(page, TASK[1].replace("buy milk", "fetch eggs"))
    assert "### Task Board" not in prompt_of_last_answer(page)
    expect(board(teammate, "B")).to_contain_text("Switched off")
    expect(answers(page).last).not_to_contain_text("Added")
    for shown in (page, teammate):
        shown.context.close()
    newcomer.press_ctrl_c()
    assert "Stopping" in newcomer.said


def sign_in(browser: Browser, address: str, name: str, password: str) -> Page:
    """A browser of one's own; ends on the dashboard."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(address)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Team dashboard")).to_be_visible()
    return page


def install(page: Page, address: str) -> None:
    page.get_by_role("link", name="Widgets").click()
    page.get_by_label("Widget address").fill(address)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("switch", name="Task Board: enabled")).to_be_checked()


def place(page: Page, label: str) -> None:
    page.get_by_role("button", name="Actions of Task Board").click()
    page.get_by_role("menuitem", name="Add to dashboard").click()
    expect(page.locator(".toast").last).to_contain_text(f"Task Board {label} is on Team dashboard.")


def board(page: Page, label: str) -> Locator:
    return page.get_by_role("region", name=f"Task Board {label}", exact=True)


def tasks(page: Page, label: str) -> Locator:
    return board(page, label).locator(".kanban-card")


def answers(page: Page) -> Locator:
    return page.locator("chat-message[data-from=assistant]")


def say(page: Page, text: str) -> None:
    """Type into the chat; ends when it has answered."""
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")
    page.wait_for_function(ANSWERED, arg=text)


def prompt_of_last_answer(page: Page) -> str:
    """What the model was told: the chat's own "why", by the API it uses."""
    ask = page.context.request
    origin = "/".join(page.url.split("/")[:3])
    conversation = ask.get(f"{origin}/api/conversations").json()["conversations"][0]["id"]
    messages = f"{origin}/api/conversations/{conversation}/messages"
    last = ask.get(messages).json()["messages"][-1]["id"]
    return str(ask.get(f"{messages}/{last}/why").json()["why"]["prompt_section"])


def switch_off(page: Page) -> None:
    page.get_by_role("link", name="Widgets").click()
    page.locator("manager-row", has=page.get_by_role("button", name="Task Board", exact=True)).locator(
        "wa-switch"
    ).click()
    expect(page.get_by_role("switch", name="Task Board: enabled")).not_to_be_checked()
