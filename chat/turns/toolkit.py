"""Stage: access. Which functions a turn offers the model, and what each of their names stands for."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from chat.conversations.models import Conversation
from chat.turns.widget_tools import MODULE, describe_action, granted_apps, widget_actions, widget_parameters
from sandbox.plugins.access import tool_of
from sandbox.plugins.tools import parameters_of, tool_writes
from widgets_manager.apps.access import active_apps, get_app, granted_functions
from widgets_manager.apps.functions import Function
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError
from widgets_manager.llm.types import TOOL_NAME, FunctionOption, Permission
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean, heading

MAX_FUNCTIONS: Final = 60  # endpoints take at most 128 tools
_NO_NAME: Final = re.compile(r"[^a-zA-Z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Target:
    """What a function of the model stands for: `widget.render` for some of `apps`, a granted function of one app, a
    `skill`, or the tool of a `plugin`.

    `alone` where the conversation is about one app, which is meant when no other is named. `asked_for` where the person
    wants this very call, and is not asked once more.
    """

    tool: str
    apps: Mapping[str, uuid.UUID] = field(default_factory=dict)  # slug → id, in order
    alone: bool = False
    skill: uuid.UUID | None = None
    plugin: uuid.UUID | None = None
    asked_for: bool = False


@dataclass(frozen=True, slots=True)
class Toolkit:
    """The functions of a turn with their targets by name."""

    functions: tuple[FunctionOption, ...] = ()
    targets: Mapping[str, Target] = field(default_factory=dict)


def apps_of(actor: Actor, conversation: Conversation) -> list[InstalledWidget]:
    """The apps that a conversation uses: its own, as long as it is there and enabled, or all active ones."""
    if conversation.app_id is None:
        return active_apps(actor)
    try:
        return [get_app(actor, conversation.app_id)]
    except ApiError:
        return []


def build_toolkit(
    apps: Sequence[InstalledWidget],
    *,
    alone: bool,
    skills: Sequence[InstalledWidget] = (),
    plugins: Sequence[InstalledWidget] = (),
) -> Toolkit:
    """What the model may call: `widget.*` for the apps that are granted it, their granted functions, skills, and the
    tools of plugins.

    In a conversation about one app (`alone`) the model acts for that app only; else also for the chat itself.
    """
    taken: set[str] = {TOOL_NAME, *(f"{MODULE}_{action}" for action in widget_actions())}
    entries = [
        *_widget_functions(apps, alone),
        *_granted(apps, taken),
        *_skills(skills, taken),
        *_plugins(plugins, taken),
    ][:MAX_FUNCTIONS]
    return _kit(entries)


def toolkit_for(plugin: InstalledWidget) -> Toolkit:
    """The tool of one plugin, which the person has started."""
    [(option, target)] = _plugins([plugin], set())
    return _kit([(option, replace(target, asked_for=True))])


def _kit(entries: Sequence[tuple[FunctionOption, Target]]) -> Toolkit:
    return Toolkit(tuple(option for option, _ in entries), {option.name: target for option, target in entries})


def _widget_functions(apps: Sequence[InstalledWidget], alone: bool) -> Iterator[tuple[FunctionOption, Target]]:
    unique = list({app.slug: app for app in reversed(apps)}.values())[::-1]
    for action in widget_actions():
        granted = granted_apps(action, unique)
        if alone and not granted:
            continue
        tool = f"{MODULE}.{action}"
        parameters = widget_parameters(action, granted, alone=alone)
        option = FunctionOption(f"{MODULE}_{action}", tool, describe_action(action), parameters)
        yield option, Target(tool, {app.slug: app.pk for app in granted}, alone)


def _skills(skills: Sequence[InstalledWidget], taken: set[str]) -> Iterator[tuple[FunctionOption, Target]]:
    """A function for each skill on demand, which gives what the skill says."""
    for skill in skills:
        tool = tool_of(skill)
        name = _free(tool["name"], taken)
        description = f"{clean(tool['description'])} (a skill: it tells how to go about it)"
        parameters = {"type": "object", "properties": {}, **tool.get("parameters", {})}
        yield FunctionOption(name, name, description, parameters), Target(name, skill=skill.pk)


def _plugins(plugins: Sequence[InstalledWidget], taken: set[str]) -> Iterator[tuple[FunctionOption, Target]]:
    """A function for the tool of each plugin."""
    for plugin in plugins:
        tool = tool_of(plugin)
        name = _free(tool["name"], taken)
        effect: Permission = "write" if tool_writes(plugin) else "read"
        option = FunctionOption(
            name=name,
            title=tool["name"],
            description=f"{clean(tool['description'], 1_000)} ({effect}) Of the plugin {heading(plugin.name)}.",
            parameters=parameters_of(plugin),
            owner=clean(plugin.name, 200),
            examples=[clean(example, 300) for example in tool.get("examples", ())],
            permission=effect,
        )
        yield option, Target(tool["name"], plugin=plugin.pk)


def _granted(apps: Sequence[InstalledWidget], taken: set[str]) -> list[tuple[FunctionOption, Target]]:
    """Each granted function once an app; where several apps have it, the app's slug tells them apart."""
    pairs = [(app, function) for app in apps for function in granted_functions(app) if function.module != MODULE]
    times = Counter(function.name for _, function in pairs)
    found = []
    for app, function in pairs:
        several = times[function.name] > 1
        name = _free(f"{function.name}__{app.slug}" if several else function.name, taken)
        title = f"{function.name}@{app.slug}" if several else function.name
        option = FunctionOption(name, title, _description(app, function, several), _parameters(function))
        found.append((option, Target(function.name, {app.slug: app.pk})))
    return found


def _free(wanted: str, taken: set[str]) -> str:
    """The name as endpoints take it, not taken yet."""
    plain = _NO_NAME.sub("_", wanted)[:60]
    name = next(one for one in (plain, *(f"{plain}_{number}" for number in range(2, 1000))) if one not in taken)
    taken.add(name)
    return name


def _description(app: InstalledWidget, function: Function, several: bool) -> str:
    described = f"{clean(function.description)} ({function.effect})"
    return f"{described} For the app {heading(app.name)}." if several else described


def _parameters(function: Function) -> dict[str, Any]:
    return {"type": "object", "properties": {}, **function.schema()}
