"""Both SDKs have the same names, each in its language's manner; READMEs name what there is."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
from pathlib import Path

import pytest

import widget_agents
from config.toolchain import BASE_DIR, node_environ
from widget_agents import AgentClient

pytestmark = pytest.mark.xdist_group("sdk")

OF_PYTHON = {"run"}  # JavaScript needs no loop of its own
OF_TYPES = {"Granted", "Labels", "MessageHandler", "RunningProgress", "Settings"} | {
    "AgentAttachment",
    "AgentMessage",
    "Field",
    "Option",
    "Place",
    "WidgetResponse",
}  # types of TypeScript, which are gone at run time
LIST = """
import * as sdk from 'widget-agents';
const client = sdk.AgentClient.prototype;
const methods = [client, Object.getPrototypeOf(client)].flatMap((each) => Object.getOwnPropertyNames(each));
console.log(JSON.stringify({ methods, statics: Object.getOwnPropertyNames(sdk.AgentClient), names: Object.keys(sdk) }));
"""


@pytest.fixture(scope="module")
def javascript(js_sdk: Path, node: str) -> dict[str, set[str]]:
    (js_sdk / "names.mjs").write_text(LIST)
    listed = subprocess.run([node, "names.mjs"], cwd=js_sdk, env=node_environ(), capture_output=True, check=True)
    found: dict[str, set[str]] = {key: set(names) for key, names in json.loads(listed.stdout).items()}
    return found


def camel(name: str) -> str:
    name = name.replace("datetime", "date_time")
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def test_it_works(javascript: dict[str, set[str]]) -> None:
    mine = {name for name, _ in inspect.getmembers(AgentClient) if not name.startswith("_")} - OF_PYTHON
    assert {camel(name) for name in mine} == (javascript["methods"] | javascript["statics"] & {"fromEnv"}) - {
        "constructor"
    }
    assert set(widget_agents.__all__) - OF_TYPES == javascript["names"] - {"Agent"}


def test_readmes(javascript: dict[str, set[str]]) -> None:
    python, js = ((BASE_DIR / "sdk" / name / "README.md").read_text() for name in ("python", "js"))
    for name, _ in inspect.getmembers(AgentClient, inspect.isfunction):
        if name.startswith(("send_", "ask_")):
            assert f"`{name}`" in python or f".{name}(" in python, name
            assert f"`{camel(name)}`" in js or f".{camel(name)}(" in js, name
    for name in javascript["names"] - {"Agent", "AgentClient", "AgentError", "Unanswered"}:
        assert f"`{name}`" in python, name
        assert f"`{name}`" in js, name
