"""The management commands of this room."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.people import Person
from widgets_manager.core import demo
from widgets_manager.core.access import token_actor
from widgets_manager.core.actions.tenants import create_tenant
from widgets_manager.core.models import ApiToken, AuditEntry, Membership, Role, Tenant, User


def run(*arguments: str) -> str:
    """The command's standard output."""
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


class TestCreateTenant:
    """create_tenant"""

    def test_it_works(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("a long enough phrase\n"))
        assert "acme" in run("create_tenant", "Acme", "--owner", "erin", "--password-stdin")
        membership = Membership.objects.get()
        assert (membership.tenant.name, membership.user.username, membership.role) == ("Acme", "erin", Role.OWNER)
        assert membership.user.check_password("a long enough phrase")
        assert AuditEntry.objects.get(action="tenant.create").via == "command"

    def test_an_owner_who_is_there_keeps_their_password(self, alice: Person) -> None:
        run("create_tenant", "Second", "--owner", "alice")
        alice.user.refresh_from_db()
        assert alice.user.check_password(alice.password)
        assert alice.user.memberships.count() == 2

    def test_a_taken_name_leaves_no_user_behind(self, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("a long enough phrase\n"))
        with pytest.raises(CommandError, match="already an organisation 'acme'"):
            run("create_tenant", "Acme", "--owner", "erin", "--password-stdin")
        assert not User.objects.filter(username="erin").exists()

    @pytest.mark.parametrize(
        ("password", "why"), [("short\n", "too short"), ("", "too short"), ("password1\n", "common")]
    )
    def test_weak_passwords_are_refused(
        self, db: None, monkeypatch: pytest.MonkeyPatch, password: str, why: str
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(password))
        with pytest.raises(CommandError, match=why):
            run("create_tenant", "Acme", "--owner", "erin", "--password-stdin")
        assert not Tenant.objects.exists()

    def test_without_a_terminal_it_asks_for_the_option(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        with pytest.raises(CommandError, match="--password-stdin"):
            run("create_tenant", "Acme", "--owner", "erin")


class TestCreateToken:
    """create_token"""

    def test_it_works(self, bob: Person) -> None:
        output = run("create_token", "bob", "--scope", "widgets", "--scope", "chat:intents")
        secret = output.rstrip("\n")
        assert "\n" not in secret
        assert " " not in secret
        actor = token_actor(secret)
        assert (actor.user, actor.tenant) == (bob.user, bob.tenant)
        assert actor.scopes == {"widgets", "chat:intents"}

    def test_all_scopes_when_none_is_named(self, bob: Person) -> None:
        run("create_token", "bob", "--name", "backend", "--days", "30")
        token = ApiToken.objects.get()
        assert (token.name, len(token.scopes), token.is_service) == ("backend", 3, False)
        assert token.expires_at is not None

    def test_a_service_token_is_an_admins_and_names_its_tenant(self, alice: Person, bob: Person) -> None:
        assert run("create_token", "alice", "--service", "--tenant", "acme").startswith("wms_")
        with pytest.raises(CommandError, match="needs --tenant"):
            run("create_token", "alice", "--service")
        with pytest.raises(CommandError, match="needs admin or above"):
            run("create_token", "bob", "--service", "--tenant", "acme")

    def test_of_several_tenants_one_must_be_named(self, alice: Person, charlie: Person) -> None:
        second = create_tenant(name="Second", owner=alice.user)
        with pytest.raises(CommandError, match="acme, second"):
            run("create_token", "alice")
        for name in ("second", "Second", str(second.pk)):
            secret = run("create_token", "alice", "--tenant", name).strip()
            assert token_actor(secret).tenant == second
        with pytest.raises(CommandError, match="alice does not belong to Other"):
            run("create_token", "alice", "--tenant", "other")

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (["nobody"], "no user 'nobody'"),
            (["alice", "--scope", "all"], "unknown scope 'all'; allowed: chat:intents"),
            (["alice", "--tenant", "nowhere"], "by slug there are: acme"),
            (["alice", "--days", "0"], "between 1 and 3650"),
        ],
    )
    def test_mistakes_are_one_sentence(self, alice: Person, arguments: list[str], why: str) -> None:
        with pytest.raises(CommandError, match=why):
            run("create_token", *arguments)
        assert not ApiToken.objects.exists()


class TestDemo:
    """demo"""

    @pytest.fixture(autouse=True)
    def data_folder(self, settings: Any, tmp_path: Path) -> Path:
        settings.DATA_DIR = tmp_path
        settings.ENV = {**settings.ENV, "DEMO_PASSWORD": ""}
        return tmp_path

    @pytest.fixture
    def add_step(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[demo.DemoStep], None]:
        monkeypatch.setattr(demo, "_steps", [])
        return demo.add_demo_step

    def passwords(self, folder: Path) -> dict[str, str]:
        lines = (folder / "demo-passwords.txt").read_text().splitlines()
        return {line.partition(": ")[0]: line.partition(": ")[2] for line in lines}

    def test_it_works(self, db: None, data_folder: Path) -> None:
        output = run("demo")
        roles = set(Membership.objects.values_list("user__username", "tenant__name", "role"))
        assert roles == {("alice", "Acme", "owner"), ("bob", "Acme", "member"), ("charlie", "Globex", "owner")}
        passwords = self.passwords(data_folder)
        assert len(set(passwords.values())) == 3
        for user in User.objects.all():
            assert user.check_password(passwords[user.username])
            assert passwords[user.username] in output
        assert (data_folder / "demo-passwords.txt").stat().st_mode & 0o777 == 0o600

    def test_again_changes_nothing_and_shows_no_password(self, db: None, data_folder: Path) -> None:
        run("demo")
        before = (self.passwords(data_folder), list(User.objects.order_by("pk").values()))
        output = run("demo")
        assert before == (self.passwords(data_folder), list(User.objects.order_by("pk").values()))
        assert not any(password in output for password in before[0].values())

    def test_a_password_a_person_has_changed_stays(self, db: None) -> None:
        run("demo")
        alice = User.objects.get(username="alice")
        alice.set_password("my own phrase")
        alice.save()
        run("demo")
        alice.refresh_from_db()
        assert alice.check_password("my own phrase")

    def test_a_new_database_gets_the_passwords_that_were_kept(self, db: None, data_folder: Path) -> None:
        (data_folder / "demo-passwords.txt").write_text("alice: known before\n")
        run("demo")
        assert User.objects.get(username="alice").check_password("known before")

    def test_demo_password_sets_them_also_later(self, db: None, settings: Any, data_folder: Path) -> None:
        run("demo")
        settings.ENV = {**settings.ENV, "DEMO_PASSWORD": "same for all"}
        run("demo")
        assert all(user.check_password("same for all") for user in User.objects.all())
        assert set(self.passwords(data_folder).values()) == {"same for all"}

    def test_rooms_above_add_their_part(self, db: None, add_step: Callable[[demo.DemoStep], None]) -> None:
        seen: list[tuple[str, str]] = []
        add_step(lambda actors: seen.extend((name, actor.tenant.name) for name, actor in actors.items()))
        run("demo")
        assert seen == [("alice", "Acme"), ("bob", "Acme"), ("charlie", "Globex")]

    def test_never_in_production(self, db: None, settings: Any) -> None:
        settings.PRODUCTION = True
        with pytest.raises(CommandError, match="create_tenant"):
            run("demo")
        assert not User.objects.exists()
