from __future__ import annotations

import pytest

from tests.panels.conftest import Desk, Make
from widgets_manager.core.exceptions import ApiError
from widgets_manager.panels.models import PanelItem
from widgets_manager.panels.templates import metric
from widgets_manager.panels.templates.metric import view


@pytest.fixture
def sales(make: Make) -> Desk:
    return make("metric", {"unit": "EUR", "target": 2000}, slug="sales")


def test_it_works(sales: Desk) -> None:
    assert sales.run("show").message == "Sales A has no value yet."
    assert sales.run("set", value=1200).message == "Sales A is now 1,200 EUR."
    assert sales.run("add", value=50.5).message == "Sales A is now 1,250.5 EUR."
    assert sales.run("show").message == "Sales A is 1,250.5 EUR (+50.5)."
    assert sales.run("add", value=-250.5).message == "Sales A is now 1,000 EUR."
    assert sales.run("show").message == "Sales A is 1,000 EUR (−250.5)."


def test_decimal_fractions_add_up(sales: Desk) -> None:
    for _ in range(3):
        sales.run("add", value=0.1)
    assert sales.run("show").message == "Sales A is 0.3 EUR (+0.1)."


def test_only_numbers_in_bounds(sales: Desk) -> None:
    for value in (None, "12", True, float("nan"), float("inf"), 1e16, [1]):
        with pytest.raises(ApiError) as caught:
            sales.run("set", value=value)
        assert (caught.value.status, caught.value.path) == (422, "params.value")
    sales.run("set", value=1e15)
    with pytest.raises(ApiError):
        sales.run("add", value=1e15)
    assert not PanelItem.objects.exclude(data__value=10**15).exists()


def test_the_history_is_kept_and_bounded(sales: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metric, "HISTORY_KEPT", 3)
    for value in range(5):
        sales.run("set", value=value)
    data = view(sales.person.actor, sales.panel)["data"]
    [item] = data["items"]
    assert [point["value"] for point in item["history"]] == [2, 3, 4]
    assert (data["unit"], data["target"]) == ("EUR", 2000)


def test_odd_configs_are_left_out(make: Make) -> None:
    odd = make("metric", {"unit": ["x"], "target": "high"}, slug="odd")
    odd.run("set", value=1)
    data = view(odd.person.actor, odd.panel)["data"]
    assert (data["unit"], data["target"]) == ("", None)
    assert odd.run("show").message == "Odd A is 1."
