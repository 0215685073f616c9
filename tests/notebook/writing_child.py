"""A process that writes runs into a history beside others, and says how many it wrote and what took longest."""

import sys
import time
import uuid
from pathlib import Path

from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.recording import Recording
from bedrock_nb.store.history_store import Store
from bedrock_nb.store.writing import NewRun

path, seconds = Path(sys.argv[1]), float(sys.argv[2])
wires = [{"contentBlockDelta": {"delta": {"text": f"{n} "}, "contentBlockIndex": 0}} for n in range(100)]
wires.append({"messageStop": {"stopReason": "end_turn"}})
timed = [(number / 100, wire) for number, wire in enumerate(wires)]
log = EventLog(timed)
request = {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "Count."}]}]}
took = []
written = []


def measured(write, *arguments):
    begin = time.monotonic()
    write(*arguments)
    took.append(time.monotonic() - begin)


writer = Store(path).writer()
end = time.monotonic() + seconds
while time.monotonic() < end or not written:
    run_id = uuid.uuid4().hex
    measured(writer.begin, NewRun(run_id, request))
    for place in range(0, len(log), 25):
        measured(writer.append, run_id, log.cut(place + 25))
    measured(writer.settle, Recording(tuple(timed), request, id=run_id))
    written.append(run_id)
writer.close()
sys.stdout.write(" ".join([str(max(took)), *written]))
