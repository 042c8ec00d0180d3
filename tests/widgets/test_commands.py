"""manage.py install_widget and revalidate_manifests."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from tests.people import Person
from tests.widgets.conftest import install, manifest
from widgets_manager.core.models import AuditEntry
from widgets_manager.widgets.models import InstalledWidget


def run(*arguments: str) -> tuple[str, str]:
    """The command's standard output and standard error."""
    output, errors = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=output, stderr=OutputWrapper(errors))
    return output.getvalue(), errors.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "todo.json"
    path.write_text(json.dumps(manifest()))
    return path


class TestInstallWidget:
    """install_widget"""

    def test_it_works(self, bob: Person, file: Path) -> None:
        output, errors = run("install_widget", str(file), "--user", "bob")
        widget = InstalledWidget.objects.get()
        assert (output.strip(), errors) == (str(widget.pk), "")
        assert (widget.user, widget.tenant, widget.source_ref) == (bob.user, bob.tenant, "todo.json")
        entry = AuditEntry.objects.get(action="widget.install")
        assert (entry.via, entry.actor_name) == ("command", "bob")
        assert entry.request_id.startswith("command-")

    def test_by_address_for_everybody(self, alice: Person, settings: Any) -> None:
        settings.PUBLIC_ORIGIN = "http://127.0.0.1:8000"
        run("install_widget", "http://127.0.0.1:8000/api/widgets/sample-manifest", "--user", "alice", "--tenant-wide")
        widget = InstalledWidget.objects.get()
        assert (widget.user, widget.slug) == (None, "task-board")

    def test_warnings_go_to_standard_error(self, alice: Person, file: Path) -> None:
        file.write_text(json.dumps(manifest(descripton="typo")))
        output, errors = run("install_widget", str(file), "--user", "alice")
        assert output.strip() == str(InstalledWidget.objects.get().pk)
        assert "description" in errors

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (["--user", "nobody"], "no user 'nobody'"),
            (["--user", "vera"], "needs member or above"),
            (["--user", "bob", "--tenant-wide"], "needs admin or above"),
            (["--user", "bob", "--tenant", "other"], "does not belong to Other"),
        ],
    )
    def test_refusals_are_one_sentence(
        self, bob: Person, vera: Person, charlie: Person, file: Path, arguments: list[str], why: str
    ) -> None:
        with pytest.raises(CommandError, match=why):
            run("install_widget", str(file), *arguments)
        assert not InstalledWidget.objects.exists()

    def test_every_fault_of_the_file_is_told(self, alice: Person, file: Path) -> None:
        document = manifest(panelType="")
        document["intents"][0]["permission"] = "admin"
        file.write_text(json.dumps(document))
        with pytest.raises(CommandError, match=r"(?s)intents\[0\].permission.*panelType"):
            run("install_widget", str(file), "--user", "alice")

    def test_a_file_that_cannot_be_read(self, alice: Person, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="No such file"):
            run("install_widget", str(tmp_path / "none.json"), "--user", "alice")


class TestRevalidateManifests:
    """revalidate_manifests"""

    def test_it_works(self, alice: Person, charlie: Person) -> None:
        install(alice)
        install(charlie, manifest())
        output, errors = run("revalidate_manifests")
        assert output == ""
        assert "2 manifests checked, 0 faults" in errors

    def test_faults_are_named_and_nothing_is_changed(self, alice: Person) -> None:
        install(alice, manifest())
        widget = InstalledWidget.objects.get()
        drifted = widget.manifest | {"intents": [{"name": "x"}]}
        InstalledWidget.objects.update(manifest=drifted)
        output = io.StringIO()
        with pytest.raises(CommandError, match="faults found"):
            call_command("revalidate_manifests", stdout=output, stderr=io.StringIO())
        assert f"acme/todo ({widget.pk}): intents[0].permission" in output.getvalue()
        assert "differs from its package version" in output.getvalue()
        assert InstalledWidget.objects.get().manifest == drifted

    def test_what_development_allows_production_does_not(self, alice: Person, settings: Any) -> None:
        sandbox = {"entrypoint": "http://localhost:3000/w.js", "permissions": []}
        install(alice, manifest(sandbox=sandbox))
        run("revalidate_manifests")
        settings.ENVIRONMENT = "production"
        with pytest.raises(CommandError):
            run("revalidate_manifests")
