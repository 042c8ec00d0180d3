"""Rooms import only earlier rooms, and within a room a stage imports only earlier stages (docs/architecture.md)."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.contract.rooms import (
    Import,
    documented_rooms,
    first_line,
    imports,
    modules,
    present_rooms,
    room_of,
    stage_of,
)

ORDER = documented_rooms()
ROOMS = present_rooms()


def test_it_works() -> None:
    assert ORDER[0] == "widgets_manager.core"
    module = "widgets_manager.jobs.access"
    found = {one.target for one in imports(module, modules("widgets_manager.jobs")[module])}
    assert "widgets_manager.core.access.get_or_404" in found


def test_every_room_is_documented_and_installed_in_its_order() -> None:
    assert set(ROOMS) <= set(ORDER), "docs/architecture.md lists the rooms"
    installed = [app for app in settings.INSTALLED_APPS if room_of(app)]
    assert installed == [room for room in ORDER if room in ROOMS]


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_earlier_rooms(room: str) -> None:
    allowed = set(ORDER[: ORDER.index(room) + 1])
    found = [one for module, path in modules(room).items() for one in imports(module, path)]
    backwards = [str(one) for one in found if room_of(one.target) not in allowed | {None}]
    assert not backwards, "\n".join(backwards)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_do_not_import_tests_or_benchmarks(room: str) -> None:
    found = [one for module, path in modules(room).items() for one in imports(module, path)]
    assert not [str(one) for one in found if one.target.split(".")[0] in {"tests", "benchmarks", "samples"}]


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_is(room: str) -> None:
    silent = [module for module, path in modules(room).items() if path.read_text().strip() and not first_line(path)]
    assert not silent


@pytest.mark.parametrize("room", ROOMS)
def test_stages_import_only_earlier_stages(room: str) -> None:
    own = modules(room)
    stages = {module: stage_of(module, path) for module, path in own.items()}

    def goes_back(one: Import) -> bool:
        target = next((name for name in (one.target, one.target.rpartition(".")[0]) if name in own), None)
        here, there = stages[one.module], stages[target] if target else None
        return not one.hinting and here is not None and there is not None and there > here

    found = [one for module, path in own.items() for one in imports(module, path)]
    backwards = [str(one) for one in found if goes_back(one)]
    assert not backwards, "\n".join(backwards)
