"""Hostile handlers: each is stopped, tells its caller why, and leaves the next tenant's action untouched."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.isolates.client import run_handler
from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.limits import ACTION
from tests.isolates.attacks import ATTACKS, BOMBS, LOOPS, Attack
from tests.isolates.conftest import PATIENCE, state_of

NEXT = (
    "async function handler(input, context) { return [input, await context.ask(input), JSON.stringify({ a: [1] })]; }"
)


def broker(method: str, parameters: list[Any]) -> Any:
    assert method == "ask", "only declared methods can be called by code"
    return parameters[0]


def act(address: Path, tenant: str, code: str, data: Any = None, seconds: float = ACTION.wall) -> Any:
    """What an action of a tenant gives."""
    more: dict[str, Any] = {"broker": broker, "methods": ["ask"], "patience": PATIENCE}
    limits = replace(ACTION, wall=seconds)
    return run_handler(code, data, tenant=tenant, version="1", address=address, limits=limits, **more).value


def attack(address: Path, one: Attack) -> Any:
    """The code of the error that an attack ends with, or its value."""
    try:
        return act(address, "mallory", one.code, seconds=one.seconds)
    except IsolateError as error:
        return error.code


def test_there_are_enough_kinds() -> None:
    assert len({one.name for one in ATTACKS}) == len(ATTACKS) >= 38


@pytest.mark.parametrize("one", ATTACKS, ids=lambda one: one.name.replace(" ", "-"))
def test_an_attack_is_stopped_and_the_next_tenant_is_served(address: Path, one: Attack) -> None:
    ending = attack(address, one)
    if one.fails:
        assert ending in one.codes
    else:
        assert ending == one.value
    assert act(address, "next", NEXT, 7) == [7, 7, '{"a":[1]}']


def test_the_setting_ends_every_action_after_its_time(strict_address: Path) -> None:
    with pytest.raises(IsolateError) as caught:
        act(strict_address, "mallory", LOOPS[0].code)
    assert (caught.value.code, caught.value.message) == ("HANDLER_TIMEOUT", "The handler ran longer than 1 s.")


def test_attacks_all_at_once_leave_others_work_untouched(address: Path) -> None:
    before = Counter(state_of(address)["killed"])
    chosen = [LOOPS[0], LOOPS[3], BOMBS[0], BOMBS[7]]
    endings: list[Any] = []
    threads = [threading.Thread(target=lambda one=one: endings.append(attack(address, one))) for one in chosen]
    for thread in threads:
        thread.start()
    for number in range(20):
        assert act(address, "patient", NEXT, number)[:2] == [number, number]
    for thread in threads:
        thread.join(PATIENCE)
    assert len(endings) == len(chosen)
    assert set(endings) <= {"HANDLER_TIMEOUT", "HANDLER_MEMORY", "HANDLER_ERROR"}
    killed = Counter(state_of(address)["killed"]) - before
    assert set(killed) <= {"timeout", "memory"}, "nothing crashed, nothing spoke out of turn"
