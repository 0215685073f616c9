"""A process that streams one answer into a history, and says when each event came, until it is killed."""

import sys
import time
from pathlib import Path

from bedrock_nb.notebook.keeping.recorder import recorder_of
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream


def tell(what):
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


url, path, model = sys.argv[1:]
request = {"modelId": model, "messages": [{"role": "user", "content": [{"text": "Count."}]}]}
connection = Connection(endpoint_url=url, region="us-east-1")
stream = recorder_of(Path(path)).stream(converse_stream(connection, request), request)
tell(stream.id)
for _ in stream:
    tell(time.monotonic())
