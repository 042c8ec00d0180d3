"""Stage: validation. An answer in words, for lists, quotes and searches; the page shows the widget itself."""

from __future__ import annotations

from typing import Any, Final

MAX_WORDS: Final = 2_000


def answer_text(kind: str, spec: dict[str, Any], value: Any, *, cancelled: bool) -> str:
    """`Delete local cache? → Delete`; `value` is what may be shown."""
    words = "cancelled" if cancelled else _words(kind, spec, value)
    return f"{spec['title']} → {words}"[:MAX_WORDS]


def _words(kind: str, spec: dict[str, Any], value: Any) -> str:
    match kind:
        case "confirm":
            labels = spec.get("labels", {})
            return str(labels.get("yes", "Yes") if value else labels.get("no", "No"))
        case "choice":
            labels = {option["id"]: option["label"] for option in spec["options"]}
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(labels[one] for one in chosen) or "none"
        case "permission":
            return f"allowed ({value['scope']})" if "scope" in value else "allowed" if value["granted"] else "denied"
        case "form":
            fields = {field["name"]: field for field in spec["fields"]}
            return (
                "; ".join(f"{fields[name]['label']}: {_plain(fields[name], item)}" for name, item in value.items())
                or "sent"
            )
        case "file-picker":
            return ", ".join(file["name"] for file in value["files"])
    return _moment(value["value"])


def _plain(field: dict[str, Any], value: Any) -> str:
    match field["type"]:
        case "checkbox":
            return "yes" if value else "no"
        case "select" | "radio":
            return next((str(option["label"]) for option in field["options"] if option["id"] == value), str(value))
        case "datetime":
            return _moment(value)
    return str(value)


def _moment(value: str) -> str:
    """`2026-12-24T15:00` as people write it."""
    return value.replace("T", " ")
