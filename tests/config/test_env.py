"""Settings from the environment: typed, documented, refused loudly."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import env

README = env.BASE_DIR / "README.md"
KEY = "k" * 32


def read(**environ: str) -> dict[str, object]:
    return env.read({"ENVIRONMENT": "development", **environ})


def test_it_works() -> None:
    values = read(PORT="9000", TRUST_PROXY="yes", FETCH_ALLOW_HOSTS="a:1, b", LLM_BASE_URL="http://x/v1/")
    assert values["PORT"] == 9000
    assert values["TRUST_PROXY"] is True
    assert values["FETCH_ALLOW_HOSTS"] == ("a:1", "b")
    assert values["LLM_BASE_URL"] == "http://x/v1"


def test_every_default_is_a_valid_value() -> None:
    values = read()
    assert values.keys() == {setting.name for setting in env.SETTINGS}
    assert values["WEB_PROCESSES"] == 2
    assert values["DEBUG_EVENTS"] is False


def test_an_empty_value_is_the_default() -> None:
    assert read(PORT="")["PORT"] == 8000


def test_a_relative_data_folder_is_taken_from_the_project() -> None:
    assert read(DATA_DIR="other")["DATA_DIR"] == env.BASE_DIR / "other"
    assert read(DATA_DIR="/srv/data")["DATA_DIR"] == Path("/srv/data")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("PORT", "eighty", "whole number"),
        ("PORT", "70000", "between 1 and 65535"),
        ("ENVIRONMENT", "prod", "one of development, production, test"),
        ("TRUST_PROXY", "maybe", "true or false"),
        ("PUBLIC_ORIGIN", "widgets.example.org", "begins with http:// or https://"),
        ("DATABASE_URL", "mysql://x", "begins with postgresql://"),
    ],
)
def test_a_malformed_value_is_named_with_what_is_allowed(name: str, value: str, rule: str) -> None:
    with pytest.raises(env.EnvError, match=name) as caught:
        read(**{name: value})
    assert rule in str(caught.value)


def test_a_malformed_secret_is_not_repeated() -> None:
    with pytest.raises(env.EnvError) as caught:
        read(DATABASE_URL="mysql://app:hunter2@db/x")
    assert "hunter2" not in str(caught.value)


def test_a_misspelt_setting_is_refused_and_other_programs_variables_are_not() -> None:
    with pytest.raises(env.EnvError, match=r"LLM_MODLE .* LLM_MODEL"):
        read(LLM_MODLE="x")
    with pytest.raises(env.EnvError, match=r"SANDBOX_ORIGN .* SANDBOX_ORIGIN"):
        read(SANDBOX_ORIGN="x")
    read(LLM_USER_PATH="/tmp/llm", WEB_CONCURRENCY="2", HOSTNAME="box")  # noqa: S108  (a name, never opened)


@pytest.mark.parametrize(
    ("given", "origin", "port", "has_listener"),
    [
        ({}, "http://localhost:9000", 9000, True),
        ({"PORT": "65000"}, "http://localhost:64000", 64000, True),
        ({"SANDBOX_PORT": "7000"}, "http://localhost:7000", 7000, True),
        ({"PUBLIC_ORIGIN": "http://127.0.0.1:8000"}, "", 9000, False),
        ({"SANDBOX_ORIGIN": "http://scripts.localhost:8000"}, "http://scripts.localhost:8000", 9000, False),
        ({"SANDBOX_ORIGIN": "http://x.localhost:7000", "SANDBOX_PORT": "7000"}, "http://x.localhost:7000", 7000, True),
        ({"ENVIRONMENT": "test"}, "", 9000, False),
        ({"ENVIRONMENT": "production", "SECRET_KEY": KEY, "SANDBOX_PORT": "7000"}, "", 7000, False),
    ],
)
def test_where_scripts_run(given: dict[str, str], origin: str, port: int, has_listener: bool) -> None:
    values = read(**given)
    assert env.sandbox_origin(values) == origin
    assert env.sandbox_port(values) == port
    assert env.sandbox_has_listener(values) is has_listener


@pytest.mark.parametrize("key", ["", "short"])
def test_production_needs_a_long_secret_key(key: str) -> None:
    with pytest.raises(env.EnvError, match="SECRET_KEY must be set in production"):
        env.read({"SECRET_KEY": key})
    assert env.read({"SECRET_KEY": KEY})["ENVIRONMENT"] == "production"


def test_no_two_settings_share_a_name() -> None:
    names = [setting.name for setting in env.SETTINGS]
    assert len(names) == len(set(names))


def test_declared_settings_are_the_documented_ones() -> None:
    assert env.markdown() in README.read_text(), "put the output of `python -m config.env` into README.md"
