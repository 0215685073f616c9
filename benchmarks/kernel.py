"""A real kernel, and all that it says on IOPub counted as it leaves: whole messages, byte for byte."""

import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any, Self

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

QUIET_SECONDS = 0.2
"""A cell is over when its kernel is idle and then has said nothing for so long."""
SILENT_SECONDS = 2.0
"""When nothing was heard for so long of a cell that has been answered, what it said last is lost."""
PATIENCE = 60.0
"""Seconds after which a kernel that does not answer counts as dead."""


class KernelFailed(Exception):
    """The cell raised an error, or the kernel does not answer."""


class TookTooLong(KernelFailed):
    """The cell was still running when its time was up; its kernel has been killed."""


class MessagesLost(KernelFailed):
    """The cell is over, and not all that it said was heard: a kernel drops what IOPub cannot take at once."""


@dataclass(frozen=True)
class Spent:
    """What one cell took: bytes and messages on IOPub, seconds of wall and of the kernel's CPU.

    `first_seen` is when the first message with `marker` in its content came, in seconds of the system's clock.
    """

    size: int
    messages: int
    wall: float
    cpu: float
    first_seen: float | None


class Kernel:
    """A kernel of one virtual environment: `with Kernel(python, variables) as kernel`."""

    def __init__(self, python: Path, variables: Mapping[str, str]) -> None:
        self._home = TemporaryDirectory()
        nowhere = {"HOME": self._home.name, "IPYTHONDIR": self._home.name}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
        self._variables = {**kept, **nowhere, **variables}
        self._manager = KernelManager()
        started = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        self._manager._kernel_spec = KernelSpec(argv=started)  # noqa: SLF001 - the manager's own tests set it so

    def __enter__(self) -> Self:
        self._manager.start_kernel(env=self._variables, cwd=self._home.name, stderr=subprocess.DEVNULL)
        self._client: BlockingKernelClient = self._manager.client()
        self._client.start_channels(iopub=False)
        self._ear: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.SUB)
        self._ear.set_hwm(0)  # a listener that is slow for a moment must lose nothing
        self._ear.connect(f"tcp://127.0.0.1:{self._client.iopub_port}")
        self._ear.subscribe(b"")
        try:
            self._wait_until_heard()
        except KernelFailed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._ear.close()
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._home.cleanup()

    def run(self, code: str, *, limit: float = 60.0, marker: str = "") -> Spent:
        """Run one cell, and wait for all that it says.

        Raises:
            TookTooLong: It took more than `limit` seconds.
            MessagesLost: It is over, and its last messages never came.
            KernelFailed: The cell raised an error, or the kernel has died.
        """
        cpu, start = self._cpu(), time.perf_counter()
        cell = self._client.execute(code, store_history=False)
        size = messages = 0
        first_seen, ended, error = None, None, ""
        sought = marker.encode()
        while frames := self._next_of(cell, start + limit) if ended is None else self._next(QUIET_SECONDS):
            size += sum(map(len, frames))
            messages += 1
            topic, content = frames[0], frames[6]
            if sought and first_seen is None and sought in content:
                first_seen = time.time()
            if topic.endswith(b"error"):
                error = "{ename}: {evalue}".format_map(json.loads(content))
            if topic.endswith(b"status") and _is_end_of(cell, frames):
                ended = time.perf_counter()
        if error:
            raise KernelFailed(error)
        if ended is None:
            self._manager.shutdown_kernel(now=True)  # it would go on, beside the others
            raise TookTooLong(f"more than {limit:.0f} s")
        return Spent(size, messages, ended - start, self._cpu() - cpu, first_seen)

    def _next_of(self, cell: str, end: float) -> list[bytes]:
        """The next message of a cell that is not over; nothing once its time is up."""
        while (left := end - time.perf_counter()) > 0:
            if frames := self._next(min(left, SILENT_SECONDS)):
                return frames
            if self._is_answered(cell):
                raise MessagesLost("some of its messages were lost: a kernel drops what cannot be sent at once")
        return []

    def _is_answered(self, cell: str) -> bool:
        try:
            reply = self._client.get_shell_msg(timeout=0)
        except Empty:
            return False
        return bool(reply["parent_header"].get("msg_id") == cell)

    def _next(self, seconds: float) -> list[bytes]:
        if seconds > 0 and self._ear.poll(int(seconds * 1000)):
            frames: list[bytes] = self._ear.recv_multipart()
            return frames
        return []

    def _wait_until_heard(self) -> None:
        """A subscription takes a moment: ask until an answer is heard."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self._client.kernel_info()
            if self._next(1.0):
                break
        else:
            raise KernelFailed("it does not start")
        while self._next(QUIET_SECONDS):
            pass

    def _cpu(self) -> float:
        """Seconds of CPU that the kernel has used, by its own account."""
        question = {"cpu": "__import__('time').process_time()"}
        asked = self._client.execute("", silent=True, user_expressions=question)
        while True:
            try:
                reply = self._client.get_shell_msg(timeout=PATIENCE)
            except Empty as error:
                raise KernelFailed("it does not answer") from error
            if reply["parent_header"].get("msg_id") == asked:
                break
        while self._next(QUIET_SECONDS):
            pass
        return float(reply["content"]["user_expressions"]["cpu"]["data"]["text/plain"])


def _is_end_of(cell: str, frames: list[bytes]) -> bool:
    parent: dict[str, Any] = json.loads(frames[4])
    return parent.get("msg_id") == cell and json.loads(frames[6])["execution_state"] == "idle"
