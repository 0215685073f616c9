import os
import subprocess
import sys

import pytest

from bedrock_nb.store.presence import Presence, anyone_writes, folder_of, is_present
from systems import NEEDS_FORK

HOLDER = """
import sys
from pathlib import Path
from bedrock_nb.store.presence import Presence
print(Presence(Path(sys.argv[1])).writer, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that writes, and who it says it is."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "history.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_process_is_there_until_it_is_killed(tmp_path, holder):
    process, writer = holder
    assert is_present(tmp_path / "history.db", writer)

    process.kill()
    process.wait()

    assert not is_present(tmp_path / "history.db", writer)
    assert list(folder_of(tmp_path / "history.db").iterdir()) == []


def test_anyone_who_writes_is_seen_and_nobody_who_is_gone(tmp_path, holder):
    process, writer = holder
    assert anyone_writes(tmp_path / "history.db")

    process.kill()
    process.wait()

    assert not anyone_writes(tmp_path / "history.db")
    assert [file.stem for file in folder_of(tmp_path / "history.db").iterdir()] == [writer]


def test_nobody_writes_where_there_is_nothing(tmp_path):
    assert not anyone_writes(tmp_path / "history.db")


def test_one_that_ends_well_leaves_nothing(tmp_path):
    presence = Presence(tmp_path / "history.db")
    assert is_present(tmp_path / "history.db", presence.writer)

    presence.end()

    assert not is_present(tmp_path / "history.db", presence.writer)
    assert list(folder_of(tmp_path / "history.db").iterdir()) == []


@pytest.mark.parametrize("writer", [None, "", "never-was"])
def test_who_never_wrote_is_not_there(tmp_path, writer):
    assert not is_present(tmp_path / "history.db", writer)


@NEEDS_FORK
def test_a_fork_does_not_keep_its_parent_alive(tmp_path):
    presence = Presence(tmp_path / "history.db")
    release, hold = os.pipe()
    told, tell = os.pipe()
    if (child := os.fork()) == 0:
        presence.let_go()
        os.close(hold)
        os.write(tell, b"!")
        os.read(release, 1)
        os._exit(0)
    os.read(told, 1)
    presence.let_go()
    try:
        assert not is_present(tmp_path / "history.db", presence.writer)
    finally:
        for end in (release, hold, told, tell):
            os.close(end)
        os.waitpid(child, 0)
