"""Waiting for what ought to come at once, and looking at what is left behind."""

import threading
import time
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 10
"""Seconds after which a test no longer waits."""


def eventually(condition, patience=PATIENCE, complaint=lambda: "it never came to be so"):
    """Wait until this is so, or complain after so many seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.002)


def gone(stream):
    """Whether the thread that reads for this stream has ended, within the time that tests wait."""
    stream._thread.join(PATIENCE)
    return not stream._thread.is_alive()


def connections():
    """The sockets that this process has open to someone else."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        return set()
    links = set()
    for entry in folder.iterdir():
        try:
            links.add(str(entry.readlink()))
        except OSError:  # it was the handle of this very look
            continue
    return {link for link in links if link.startswith("socket:")}


@contextmanager
def nothing_left_behind():
    """Whatever happens within leaves no thread of ours and no socket."""
    threads, before = set(threading.enumerate()), connections()
    yield
    eventually(lambda: not [t for t in set(threading.enumerate()) - threads if t.name.startswith("bedrock-nb ")])
    eventually(lambda: not connections() - before)
