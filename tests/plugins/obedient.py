"""A plugin whose handler does what it is told: tests of `context` are in JavaScript, too."""

from __future__ import annotations

from typing import Any, Final

from sandbox.plugins.running import Origin, RunReport, run_tool
from tests.people import Person
from widgets_manager.widgets.models import InstalledWidget

OBEDIENT: Final = """
  const told = input._widgetAction ? input.payload.code : input.code;
  const AsyncFunction = Object.getPrototypeOf(async function () {}).constructor;
  try {
    return { value: await new AsyncFunction('context', told)(context) };
  } catch (error) {
    return { code: error.code, message: error.message };
  }
"""


def tell(person: Person, widget: InstalledWidget, code: str, **origin: Any) -> RunReport:
    """The run of a tool."""
    return run_tool(actor=person.actor, widget_id=widget.pk, arguments={"code": code}, origin=Origin(**origin))


def value(person: Person, widget: InstalledWidget, code: str, **origin: Any) -> Any:
    """What the code returns in the handler."""
    report = tell(person, widget, f"return await (async () => {{ {code} }})()", **origin)
    assert report.ok, report.error
    assert "value" in report.result or report.result == {}, report.result
    return report.result.get("value")


def refusal(person: Person, widget: InstalledWidget, code: str, **origin: Any) -> tuple[str, str]:
    """Code and message of the error that it throws."""
    report = tell(person, widget, code, **origin)
    assert report.ok, report.error
    assert "value" not in report.result, report.result
    return report.result.get("code", ""), report.result["message"]
