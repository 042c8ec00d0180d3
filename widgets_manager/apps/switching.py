"""Stage: access. Rooms above that show or keep things of apps are told when one is switched on, or off, or goes.

`register_app_switch(switch)` is called in a room's `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from widgets_manager.apps.blocks import WidgetsBlock
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import InstalledWidget

AppSwitch: TypeAlias = Callable[[InstalledWidget, bool], None]
_switches: Final[list[AppSwitch]] = []


def register_app_switch(switch: AppSwitch) -> None:
    """`switch(app, on)` runs in the unit of work that switches an app; `on` is False, too, before it is uninstalled."""
    if switch not in _switches:
        _switches.append(switch)


class SwitchedWidgets(WidgetsBlock):
    """The block `widgets` of an app, whose widgets come and go with it."""

    def activate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Its widgets are there."""
        for switch in _switches:
            switch(install, True)

    def deactivate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Its widgets go."""
        for switch in _switches:
            switch(install, False)
