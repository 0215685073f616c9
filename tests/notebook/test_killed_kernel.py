"""A kernel that is killed in the middle of an answer, and what another kernel finds of it."""

import os
import time

import pytest

import wires
from bedrock_nb.core.summary import RunState
from bedrock_nb.local import LocalBedrock
from bedrock_nb.local.steps import Pause
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store.history_store import Store
from kernels import running
from systems import KILL
from waiting import eventually

COUNTING = "local.counting-v1:0"
PACE = 0.004
"""Seconds between two events."""
AGE = 0.05
"""Seconds after which what came is in the history, whatever happens."""
ENOUGH = 200
"""Events that are sent before the kernel is killed."""


class Counting:
    """A model that counts without end, and notes when it sends each event."""

    def __init__(self):
        self.sent_at = []

    def __call__(self, _request):
        yield from self._noted(wires.START)
        for number in range(100_000):
            yield from self._noted(wires.text(0, f"{number} "))

    def _noted(self, event):
        yield Pause(PACE)
        self.sent_at.append(time.monotonic())  # just before it is sent: no event is older than is said here
        yield event

    def sent_before(self, moment):
        return sum(sent < moment for sent in self.sent_at)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "history.db"


@pytest.fixture
def environment(path, home):
    return {**os.environ, "BEDROCK_NB_STORE": str(path), "IPYTHONDIR": str(home / "ipython")}


def killed_in_mid_stream(environment, cwd):
    """How many events were sent to a kernel AGE seconds before it was killed."""
    model = Counting()
    with LocalBedrock() as endpoint, running(env=environment | endpoint.environment, cwd=str(cwd)) as kernel:
        endpoint.add(COUNTING, model)
        kernel.run("%load_ext bedrock_nb")
        process = int(kernel.run("import os; os.getpid()").value)
        kernel.client.execute(f"%%bedrock -m {COUNTING}\nCount.")
        eventually(lambda: len(model.sent_at) >= ENOUGH)
        killed_at = time.monotonic()
        os.kill(process, KILL)
    return model.sent_before(killed_at - AGE)


def test_a_killed_kernel_leaves_all_that_came_50_ms_before_and_another_one_shows_it(path, environment, tmp_path):
    # A busy machine may hold any process up for longer than that, the kernel included: hence three tries.
    for _ in range(3):
        old = killed_in_mid_stream(environment, tmp_path)
        [run, *_] = Store(path).summaries()
        kept = Store(path).recording(Recording, run.id)
        counted = "".join(f"{number} " for number in range(len(kept.wire_events) - 1))
        assert run.state == RunState.LOST
        assert kept.text == counted
        if len(kept.wire_events) >= old:
            break
    else:
        pytest.fail(f"{old} events were sent {AGE} s before, and {len(kept.wire_events)} are in the history")
    check_shown(run.id, counted, environment, tmp_path)


def check_shown(run_id, text, environment, cwd):
    """A kernel that is new finds the run, says that it is lost, and shows the picture of what came."""
    with running(env=environment, cwd=str(cwd)) as kernel:
        kernel.run("import bedrock_nb as bnb")
        assert RunState.LOST in kernel.run("bnb.history(limit=1)").value
        [shown] = kernel.run(f"bnb.get({run_id!r}).show()").of("display_data")
    assert text.strip() in shown["data"]["text/html"]
    assert text.strip() in shown["data"]["text/markdown"]
