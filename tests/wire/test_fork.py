"""A process that was forked has the values, but neither the threads nor the connections of the one it comes from."""

import subprocess
import sys

from systems import NEEDS_FORK

pytestmark = NEEDS_FORK

OUTLINE = """
import os
from bedrock_nb.core.recording import Recording
from bedrock_nb.local import LocalBedrock
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream

with LocalBedrock() as endpoint:
    connection = Connection(region="us-east-1", endpoint_url=endpoint.url)
    {before}
    child = os.fork()
    if child == 0:
        {within}
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""


def run(**parts):
    """Run a process of its own: pytest's has threads, and Python warns who forks it."""
    command = [sys.executable, "-W", "ignore", "-c", OUTLINE.format(**parts)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return done.stdout.split()


def test_a_client_is_not_shared_with_a_fork():
    before = "mine = connection.client()"
    within = "print(connection.client() is mine, flush=True); os._exit(0)"
    assert run(before=before, within=within) == ["False"]


def test_who_waits_in_a_fork_for_its_parents_call_is_told():
    before = (
        "request = {'modelId': 'local.fault-stall-v1:0', 'messages': [{'role': 'user', 'content': [{'text': 'Hi'}]}]}\n"
        "    stream = Stream(converse_stream(connection, request), request, recording_type=Recording)\n"
        "    stream.wait_for_news(0)"
    )
    within = "print(type(stream.result().error).__name__, flush=True); os._exit(0)"
    assert run(before=before, within=within) == ["ConnectionCut"]
