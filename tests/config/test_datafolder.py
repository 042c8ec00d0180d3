"""The data folder: one owner at a time, clients that keep the servers alive, a private record."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from config.embedded.datafolder import DataFolder, Record
from config.embedded.servers import ServerError

RECORD = Record(1, True, "development", "/tmp/wm-x", "postgresql://x", "unix://y")  # noqa: S108  (a name, never opened)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare()
    return made


def test_it_works(folder: DataFolder) -> None:
    assert folder.read() is None
    folder.write(RECORD)
    assert DataFolder(folder.path).read() == RECORD


def test_only_the_owner_may_read_it(folder: DataFolder) -> None:
    folder.write(RECORD)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "servers.json").stat().st_mode) == 0o600


def test_there_is_one_owner_at_a_time(folder: DataFolder) -> None:
    other = DataFolder(folder.path)
    assert folder.own()
    assert not other.own()
    folder.disown()
    assert other.own()
    other.disown()


def test_the_owner_waits_for_clients(folder: DataFolder) -> None:
    client = DataFolder(folder.path)
    client.join()
    waiting = threading.Thread(target=folder.await_clients)
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    client.leave()
    waiting.join(5)
    assert not waiting.is_alive()
    folder.leave()


@pytest.mark.parametrize("text", ["", "{", '{"other": 1}', "[]"])
def test_a_record_of_another_version_is_none(folder: DataFolder, text: str) -> None:
    (folder.path / "servers.json").write_text(text)
    assert folder.read() is None


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        ServerError, match=r"data folder .*file/data cannot be written \(Not a directory\): set DATA_DIR"
    ):
        DataFolder(tmp_path / "file" / "data").prepare()
