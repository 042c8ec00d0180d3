"""A2UI: the components of the basic catalog as primitives of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from widgets_manager.declarative.importing.a2ui_inputs import INPUT_BUILDERS
from widgets_manager.declarative.importing.a2ui_values import NoEquivalent, Values
from widgets_manager.declarative.importing.places import marked
from widgets_manager.declarative.importing.result import Node, Notes
from widgets_manager.declarative.importing.texts import address, has_markdown, literal, piece, plain, wrap

INPUTS: Final = frozenset(INPUT_BUILDERS)
_VARIANTS: Final = {
    "h1": "title",
    "h2": "heading",
    "h3": "subheading",
    "h4": "label",
    "h5": "label",
    "caption": "caption",
}
_JUSTIFY: Final = {
    "spaceBetween": "between",
    "spaceAround": "around",
    "spaceEvenly": "evenly",
    "center": "center",
    "end": "end",
}
_ALIGN: Final = frozenset({"start", "center", "end", "stretch"})
_IMAGES: Final[Mapping[str, Node]] = {
    "icon": {"width": 24, "height": 24},
    "avatar": {"width": 40, "height": 40, "radius": 20},
    "smallFeature": {"height": 96},
    "mediumFeature": {"height": 160},
    "largeFeature": {"height": 240},
    "header": {"height": 160},
}
_ICONS: Final = {
    "favoriteOff": "heart_broken",
    "play": "play_arrow",
    "rewind": "fast_rewind",
    "phone": "call",
    "photo": "image",
    "notificationsOff": "notifications_off",
    "starOff": "star",
    "camera": "photo_camera",
    "payment": "payments",
    "volumeDown": "volume_down",
}


@dataclass(slots=True)
class Surface:
    """Builds the nodes of one surface. `parents` are the ids that lead to the one that is being built."""

    components: Mapping[str, Mapping[str, Any]]
    values: Values
    notes: Notes
    parents: tuple[str, ...] = ()

    def node(self, key: Any, path: str) -> Node:
        """The node of the component with this id; a notice where there is none or it cannot be shown."""
        name = plain(key)
        component = self.components.get(name)
        if component is None:
            return self.notes.notice(path, name or "component", "there is no component with this id")
        kind, place = plain(component.get("component")), self.notes.locate(name)
        if name in self.parents:
            return self.notes.notice(path, kind, f"the component {name[:40]!r} stands in itself", place)
        if full := self.notes.room(len(self.parents)):
            return self.notes.notice(path, kind, f"left out: {full}", place)
        build = _BUILDERS.get(kind)
        if build is None:
            return self.notes.notice(path, kind or "component", "there is no equivalent here", place)
        inner = replace(self, parents=(*self.parents, name))
        try:
            return marked(inner.common(build(inner, component, name), component), place)
        except NoEquivalent as error:
            return self.notes.notice(path, kind, str(error), place)

    def common(self, node: Node, component: Mapping[str, Any]) -> Node:
        """With what every component may have."""
        weight, accessibility = component.get("weight"), component.get("accessibility")
        if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight < 1000:
            node = {**node, "flex": weight}
        label = accessibility.get("label") if isinstance(accessibility, dict) else None
        return {**node, "aria_label": self.text(label)} if label is not None else node

    def text(self, value: Any) -> str | int | float | bool:
        """A dynamic text as a property."""
        found = self.values.property(value)
        return found if isinstance(found, str | int | float | bool) else literal(found)

    def children(self, listed: Any, path: str) -> list[Node]:
        """The nodes of a fixed list of ids."""
        keys = listed if isinstance(listed, list) else []
        return [self.node(key, f"{path}.{plain(key)}") for key in keys if not self.notes.is_full]

    def label_of(self, key: Any) -> tuple[Any, str]:
        """What the component inside a button says, and its icon: of the first Text and Icon below it."""
        component = self.components.get(plain(key), {})
        kind = component.get("component")
        if kind == "Text":
            return self.text(component.get("text")), ""
        if kind == "Icon":
            return "", _icon_name(component.get("name"))
        label, icon = "", ""
        listed = component.get("children")
        for child in listed if isinstance(listed, list) else [component["child"]] if "child" in component else []:
            if plain(child) not in self.parents:
                found = replace(self, parents=(*self.parents, plain(key))).label_of(child)
                label, icon = label or found[0], icon or found[1]
        return label, icon

    def action(self, action: Any, path: str) -> Node | None:
        """What pressing does: an event is a message to the chat, openUrl opens an address."""
        if not isinstance(action, dict):
            return None
        call = action.get("functionCall")
        if isinstance(call, dict) and call.get("call") == "openUrl":
            return self._open(call, path)
        if isinstance(call, dict):
            self.notes.note(path, plain(call.get("call")), "there is no such function here: the button does nothing")
        event = action.get("event")
        return self._event(event) if isinstance(event, dict) else None

    def _open(self, call: Mapping[str, Any], path: str) -> Node | None:
        args = call.get("args")
        url = args.get("url") if isinstance(args, dict) else None
        target = self.values.property(url) if isinstance(url, dict) else address(url)
        if target is None:
            self.notes.note(path, "openUrl", "only https, http, mailto and tel addresses can be opened")
            return None
        return {"action": "open_url", "url": target}

    def _event(self, event: Mapping[str, Any]) -> Node:
        context = event.get("context")
        parts = [piece(plain(event.get("name")) or "event")]
        for name, value in context.items() if isinstance(context, dict) else ():
            parts.append(f"- {piece(plain(name))}: {self._shown(value)}")
        return {"action": "chat", "template": "\n".join(parts)}

    def _shown(self, value: Any) -> str:
        if isinstance(value, dict) and ("path" in value or "call" in value):
            return wrap(self.values.expression(value))
        return piece(value if isinstance(value, str) else json.dumps(value))


def _text(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    value, variant = component.get("text"), component.get("variant")
    text = surface.text(value)
    if isinstance(value, str) and variant in (None, "body") and has_markdown(value):
        return {"type": "markdown", "text": text}
    return {"type": "text", "text": text, "variant": _VARIANTS.get(plain(variant), "body")}


def _image(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    url = component.get("url")
    src = surface.values.property(url) if isinstance(url, dict) else address(url, image=True)
    if src is None:
        raise NoEquivalent("only https and http addresses of images can be shown")
    fit = {"scaleDown": "contain"}.get(plain(component.get("fit")), component.get("fit"))
    alt = surface.text(component.get("description", ""))
    shape = _IMAGES.get(plain(component.get("variant", "mediumFeature")), {})
    return {
        "type": "image",
        "src": src,
        "alt": alt,
        "fit": fit if fit in ("cover", "contain", "fill", "none") else "cover",
        **shape,
    }


def _icon(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    name = component.get("name")
    if isinstance(name, dict) and isinstance(name.get("path"), str):
        surface.notes.note(
            key, "Icon", "a name that comes from data is shown where Material icons are written the same"
        )
        return {"type": "icon", "name": wrap(surface.values.read(name["path"]))}
    if not isinstance(name, str):
        raise NoEquivalent("only icons with a name can be shown")
    return {"type": "icon", "name": _icon_name(name)}


def _icon_name(name: Any) -> str:
    text = _ICONS.get(plain(name)) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain(name)).lower()
    return text if re.fullmatch(r"[a-z0-9_]{1,60}", text) else "help"


def _stack(kind: str) -> Callable[[Surface, Mapping[str, Any], str], Node]:
    def build(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
        listed = component.get("children")
        if isinstance(listed, dict):
            return _repeated(surface, listed, kind, key)
        align, justify = component.get("align"), component.get("justify")
        node: Node = {"type": kind, "children": surface.children(listed, key)}
        if plain(align) in _ALIGN:
            node["align"] = align
        return {**node, "justify": _JUSTIFY[justify]} if isinstance(justify, str) and justify in _JUSTIFY else node

    return build


def _repeated(surface: Surface, template: Mapping[str, Any], layout: str, key: str) -> Node:
    pointer, component = template.get("path"), template.get("componentId")
    if not isinstance(pointer, str):
        raise NoEquivalent("a template needs the path of a list")
    items = wrap(surface.values.read(pointer))
    item = replace(surface, values=surface.values.inside()).node(component, f"{key}.{plain(component)}")
    if _has_input(item):
        item = {"type": "form", "children": [item]}  # each item has inputs of its own
    return {"type": "list", "items": items, "layout": layout, "item": item}


def _has_input(node: Any) -> bool:
    if isinstance(node, list):
        return any(_has_input(one) for one in node)
    return isinstance(node, dict) and (
        ("name" in node and node.get("type") != "icon") or any(map(_has_input, node.values()))
    )


def _list(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    return _stack("row" if component.get("direction") == "horizontal" else "column")(surface, component, key)


def _card(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    return {"type": "card", "children": [surface.node(component.get("child"), f"{key}.child")]}


def _tabs(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    listed = component.get("tabs")
    tabs = [
        {
            "id": f"tab_{place + 1}",
            "title": surface.text(tab.get("title", "")),
            "children": [surface.node(tab.get("child"), f"{key}.tabs[{place}]")],
        }
        for place, tab in enumerate(listed[:50] if isinstance(listed, list) else ())
        if isinstance(tab, dict)
    ]
    if not tabs:
        raise NoEquivalent("there are no tabs")
    return {"type": "tabs", "tabs": tabs}


def _modal(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    label, icon = surface.label_of(component.get("trigger"))
    trigger = surface.components.get(plain(component.get("trigger")), {})
    if not label and trigger.get("component") == "Button":
        label, icon = surface.label_of(trigger.get("child"))
    surface.notes.note(key, "Modal", "is shown as a section that opens, in its place")
    content = surface.node(component.get("content"), f"{key}.content")
    return {
        "type": "section",
        "title": label or "More",
        "collapsed": True,
        **({"icon": icon} if icon else {}),
        "children": [content],
    }


def _divider(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    return {"type": "divider", **({"orientation": "vertical"} if component.get("axis") == "vertical" else {})}


def _button(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    label, icon = surface.label_of(component.get("child"))
    action = surface.action(component.get("action"), f"{key}.action")
    variant = {"primary": "primary", "borderless": "ghost"}.get(plain(component.get("variant")), "secondary")
    node: Node = {"type": "button", "label": label or plain(component.get("child")) or "Button", "variant": variant}
    if icon and not label:
        node = {"type": "icon_button", "icon": icon, "label": icon.replace("_", " ").capitalize()}
    elif icon:
        node["icon"] = icon
    if action is None:
        return {**node, "disabled": True}
    if isinstance(component.get("checks"), list):
        node["disabled"] = wrap(" || ".join(["!form.valid", *_unmet(surface, component["checks"], key)]))
    return {**node, "action": action}


def _unmet(surface: Surface, checks: list[Any], key: str) -> Iterator[str]:
    """Expressions that are true while a check of a button is not met; the inputs' own checks are in form.valid."""
    for place, check in enumerate(checks[:20]):
        try:
            yield f"!({surface.values.expression(check.get('condition') if isinstance(check, dict) else True)})"
        except NoEquivalent as error:
            surface.notes.note(f"{key}.checks[{place}]", "Button", str(error))


def _media(kind: str) -> Callable[[Surface, Mapping[str, Any], str], Node]:
    def build(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
        url = component.get("url")
        target = surface.values.property(url) if isinstance(url, dict) else address(url)
        if target is None:
            raise NoEquivalent("only https and http addresses can be opened")
        surface.notes.note(key, kind, "is shown as a link")
        label = surface.text(component.get("description") or {"Video": "Video", "AudioPlayer": "Audio"}[kind])
        return {"type": "link", "label": label, "url": target, "icon": "play_arrow", "external": True}

    return build


_BUILDERS: Final[Mapping[str, Callable[[Surface, Mapping[str, Any], str], Node]]] = {
    "Text": _text,
    "Image": _image,
    "Icon": _icon,
    "Video": _media("Video"),
    "AudioPlayer": _media("AudioPlayer"),
    "Row": _stack("row"),
    "Column": _stack("column"),
    "List": _list,
    "Card": _card,
    "Tabs": _tabs,
    "Modal": _modal,
    "Divider": _divider,
    "Button": _button,
    **INPUT_BUILDERS,
}
