"""System checks: no database for plugins, the application's own, and roles that policies do not hold."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.plugindb import checks


def ids(found: list[Any]) -> list[str | None]:
    return [one.id for one in found]


def test_it_works(plugins: str, db: None) -> None:
    assert checks.plugins_have_a_database() == []
    assert checks.its_role_is_no_superuser(databases=["default"]) == []


def test_no_database(settings: Any) -> None:
    settings.PLUGIN_DATABASE_URL = ""
    assert checks.plugins_have_a_database() == []
    settings.ENVIRONMENT = "production"
    assert ids(checks.plugins_have_a_database()) == ["plugindb.W001"]
    assert checks.its_role_is_no_superuser(databases=["default"]) == []


def test_the_applications_own(settings: Any) -> None:
    settings.PLUGIN_DATABASE_URL = settings.DATABASE_URL
    assert ids(checks.plugins_have_a_database()) == ["plugindb.E001"]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ((True, False, True, 180000, True), ["plugindb.E002"]),
        ((False, True, True, 180000, True), ["plugindb.E002"]),
        ((False, False, False, 180000, True), ["plugindb.E003"]),
        ((False, False, True, 150000, True), ["plugindb.E003"]),
        ((False, False, True, 180000, False), ["plugindb.E003"]),
    ],
)
def test_roles_that_are_too_strong_or_too_weak(
    plugins: str, monkeypatch: pytest.MonkeyPatch, facts: tuple[Any, ...], found: list[str]
) -> None:
    monkeypatch.setattr(checks, "_ROLE", f"SELECT {', '.join(map(str, facts))}")
    assert ids(checks.its_role_is_no_superuser(databases=["default"])) == found


def test_a_server_that_is_away(settings: Any) -> None:
    settings.PLUGIN_DATABASE_URL = "postgresql://x@/plugins?host=/nowhere"
    assert ids(checks.its_role_is_no_superuser(databases=["default"])) == ["plugindb.W002"]
