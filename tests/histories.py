"""Recordings and disks for tests of the history."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime

import wires
from bedrock_nb.core.recording import Recording
from bedrock_nb.store.writing import NewRun

STARTED = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)


def made(run_id="a" * 32, events=wires.HELLO, prompt="Why is the sky blue?", kind=Recording, **rest):
    """A recording, with a time for each event."""
    timed = tuple((number / 10, wire) for number, wire in enumerate(events))
    request = {"modelId": "us.amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": [{"text": prompt}]}]}
    return kind(**{"id": run_id, "wire_events": timed, "request": request, "started_at": STARTED} | rest)


def stream_into(writer, recording, batch=2):
    """Write a recording as it is written while it streams, but for its end."""
    writer.begin(NewRun(recording.id, recording.request, recording.started_at))
    for place in range(0, len(recording.log), batch):
        writer.append(recording.id, recording.log.cut(place + batch))


class WatchedConnection:
    """A connection whose statements are looked at before they are run."""

    def __init__(self, connection, look):
        self._connection = connection
        self._look = look

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def __enter__(self):
        return self._connection.__enter__()

    def __exit__(self, *exception):
        return self._connection.__exit__(*exception)

    def execute(self, statement, *values):
        self._look(statement)
        return self._connection.execute(statement, *values)


@contextmanager
def small_disk(folder, kilobytes):
    """A file system of this size on the folder; None where this user or machine may not mount one."""
    yield from _mounted(folder, f"size={kilobytes}k")


@contextmanager
def locked_disk(folder):
    """The folder, on which nothing can be written any more from now on, not even by root; None where it cannot be."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    bound = _ran("mount", "--bind", folder, folder) and _ran("mount", "-o", "remount,bind,ro", folder)
    try:
        yield folder if bound else None
    finally:
        _ran("umount", "-l", folder)


def _mounted(folder, options):
    folder.mkdir(parents=True, exist_ok=True)
    mounted = _ran("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder)
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            _ran("umount", "-l", folder)


def _ran(program, *arguments):
    found = shutil.which(program)
    return found is not None and subprocess.run([found, *arguments], capture_output=True, check=False).returncode == 0
