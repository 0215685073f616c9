"""The invariants of a stream: any number of readers, each from the first event on; nothing is lost or left behind."""

import asyncio
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest

from bedrock_nb.core.errors import ConnectionCut, Stopped, Throttled
from bedrock_nb.core.recording import Recording
from bedrock_nb.wire.source import OpenResponse, converse_stream, obtained
from bedrock_nb.wire.stream import Stream
from waiting import PATIENCE, eventually, gone, nothing_left_behind
from wires import END_TURN, HELLO, START, stop, text, thought, tool_input, tool_start


class Scripted:
    """A source that gives its events one by one, each when the test lets it."""

    def __init__(self, wires, *, held=False, error=None):
        self.wires, self.error = wires, error
        self.allowed = threading.Semaphore(0 if held else 10**6)
        self.closed = threading.Event()

    def __call__(self, interrupt):
        return OpenResponse(self._events(interrupt), {"request_id": "r-1", "region": "us-east-1"}, self.closed.set)

    def _events(self, interrupt):
        for wire in self.wires:
            while not self.allowed.acquire(timeout=0.01):
                if interrupt.requested:
                    return
            yield wire
        if self.error:
            raise self.error

    def allow(self, count=1):
        self.allowed.release(count)


def streaming(source, request=None):
    return Stream(source, request or {"modelId": "us.amazon.nova-lite-v1:0"}, recording_type=Recording)


def seen(stream):
    return [event.wire for event in stream]


def test_each_reader_gets_every_event_before_and_after_the_end():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)
    with ThreadPoolExecutor(8) as readers:
        early = [readers.submit(seen, stream) for _ in range(4)]
        source.allow(3)
        eventually(lambda: stream.event_count == 3)
        late = [readers.submit(seen, stream) for _ in range(4)]
        source.allow(100)
        assert all(reader.result(PATIENCE) == HELLO for reader in [*early, *late])
    assert seen(stream) == HELLO


async def read_along(stream):
    return [event.wire async for event in stream]


@pytest.mark.parametrize(
    "read", [seen, lambda stream: list(stream.text_deltas()), lambda s: asyncio.run(read_along(s))]
)
@pytest.mark.parametrize(
    ("wires", "error", "told"),
    [
        (HELLO, None, ""),
        (HELLO[:3], None, "ended before the message was whole"),
        (HELLO[:3], Throttled("Too many requests.", advice="Wait."), "Too many requests. Wait."),
    ],
)
def test_a_loop_over_an_answer_that_is_not_whole_ends_with_one_line_that_says_so(caplog, read, wires, error, told):
    stream = streaming(Scripted(wires, error=error))
    for _ in range(2):
        read(stream)
    assert [told in record.getMessage() for record in caplog.records] == ([True] if told else [])


def test_who_stops_a_call_is_not_told_that_its_answer_is_not_whole(caplog):
    stream = streaming(Scripted(HELLO, held=True))
    stream.cancel()
    assert seen(stream) == []
    assert not caplog.records


def test_breaking_off_and_iterating_again_begins_again():
    stream = streaming(Scripted(HELLO))
    for event in stream:
        assert event.wire == START
        break
    assert seen(stream) == HELLO


def test_a_reader_that_stops_early_or_never_starts_changes_nothing():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)
    iter(stream)
    source.allow(1)
    assert next(iter(stream)).wire == START
    source.allow(100)
    assert stream.result().complete
    assert source.closed.is_set()


def test_readers_of_several_event_loops_get_every_event():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)

    async def read():
        return [event.wire async for event in stream]

    async def both():
        return await asyncio.gather(read(), read())

    with ThreadPoolExecutor(2) as loops:
        running = [loops.submit(asyncio.run, both()) for _ in range(2)]
        eventually(lambda: len(stream._wake_ups) == 4)
        for _ in HELLO:
            source.allow()
        assert all(loop.result(PATIENCE) == [HELLO, HELLO] for loop in running)
    assert asyncio.run(read()) == HELLO


def test_a_stream_can_be_awaited():
    async def wait_for(stream):
        return await stream

    assert asyncio.run(wait_for(streaming(Scripted(HELLO)))).text == "Hello"


def test_a_loop_that_was_closed_while_it_waited_harms_no_one():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)

    async def give_up():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(aiter(stream)), 0.01)

    asyncio.run(give_up())
    source.allow(100)
    assert stream.result().complete


def test_a_reader_that_gave_up_is_forgotten():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)

    async def give_up():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(aiter(stream)), 0.001)

    for _ in range(3):
        asyncio.run(give_up())
    assert stream._wake_ups == []
    stream.cancel()


def test_many_who_look_at_once_see_each_event_once():
    wires = [START, *[text(0, f"{number} ") for number in range(2000)], stop(0), END_TURN]
    stream = streaming(Scripted(wires))

    def look(_):
        snapshots = [stream.turn.text for _ in stream]
        return all(later.startswith(earlier) for earlier, later in pairwise(snapshots))

    with ThreadPoolExecutor(4) as watchers:
        assert all(watchers.map(look, range(4)))
    assert stream.result().text == "".join(f"{number} " for number in range(2000))


def test_the_request_is_kept_as_it_was_when_the_call_began():
    request = {"modelId": "a.b", "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    stream = streaming(Scripted(HELLO), request)
    request["messages"].append(stream.result().message)
    assert [message["role"] for message in stream.result().request["messages"]] == ["user"]


def test_what_it_says_of_itself():
    source = Scripted([START, text(0, "Hel"), *HELLO[2:]], held=True)
    stream = streaming(source)
    assert (stream.done, stream.complete, stream.error, stream.ended_at, stream.usage) == (
        False,
        False,
        None,
        None,
        None,
    )
    source.allow(2)
    assert stream.wait_for_news(1, PATIENCE) == 2
    assert (stream.text, stream.turn.text, stream.recording.text) == ("Hel", "Hel", "Hel")
    assert "running, 2 events" in repr(stream)
    assert (stream.provider, stream.request_id) == ("amazon", "r-1")
    assert stream.wait(0.001) is False
    source.allow(100)
    assert stream.wait(PATIENCE)
    assert (stream.done, stream.complete, stream.error, stream.text) == (True, True, None, "Hello")
    assert stream.usage.total_tokens == 5
    assert stream.ended_at == stream.started_at + timedelta(seconds=stream.elapsed)
    assert stream.result() is stream.result() is stream.raise_for_error()
    assert "done" in repr(stream)


def test_the_recording_has_the_times_the_request_and_the_response():
    request = {"modelId": "a.b", "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    stream = streaming(Scripted(HELLO), request)
    recording = stream.result()
    times = [seconds for seconds, _ in recording.wire_events]
    assert times == sorted(times) == [round(seconds, 3) for seconds in times]
    assert recording.duration >= times[-1]
    assert (recording.request, recording.user_message) == (request, request["messages"][0])
    assert recording.response == {"request_id": "r-1", "region": "us-east-1"}
    assert (recording.id, recording.started_at) == (stream.id, stream.started_at)
    assert recording.ended_at == stream.ended_at


def test_live_and_replay_are_equal():
    live = streaming(Scripted(HELLO)).result()
    replayed = Recording.from_dict(live.to_dict())
    assert replayed == live
    assert (replayed.turn, replayed.events, replayed.metrics) == (live.turn, live.events, live.metrics)


def test_a_snapshot_stays_as_it_is():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)
    source.allow(2)
    stream.wait_for_news(1, PATIENCE)
    turn, recording = stream.turn, stream.recording
    source.allow(100)
    stream.result()
    assert (turn.text, recording.text, stream.text) == ("Hel", "Hel", "Hello")


def test_one_loop_gives_text_and_calls_that_can_be_called():
    wires = [text(0, "So "), tool_start(1, "add"), tool_input(1, '{"a": 2}'), stop(1), END_TURN]
    stream = streaming(Scripted(wires))
    said, call = stream.text_and_tool_calls()
    assert (said, call.bind(lambda a: a + 1)()) == ("So ", 3)
    assert list(stream.text_deltas()) == ["So "]
    assert [(part.kind, part.block.index) for part in stream.parts()] == [
        ("began", 0),
        ("began", 1),
        ("grew", 1),
        ("ended", 1),
        ("ended", 0),
    ]


def test_a_failure_in_mid_stream_keeps_what_came_and_is_raised_on_request():
    stream = streaming(Scripted([START, text(0, "half")], error=ConnectionResetError("reset")))
    recording = stream.result()
    assert (recording.text, type(recording.error), recording.error.request_id) == ("half", ConnectionCut, "r-1")
    assert stream.error == recording.error
    with pytest.raises(ConnectionCut) as caught:
        stream.raise_for_error()
    assert caught.value.recording.text == "half"


def test_an_error_of_ours_keeps_its_kind():
    assert isinstance(streaming(Scripted([], error=Throttled("m"))).result().error, Throttled)


def test_cancelling_keeps_what_came_and_wakes_all_who_wait():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)
    source.allow(2)
    stream.wait_for_news(1, PATIENCE)
    with ThreadPoolExecutor(3) as readers:
        waiting = [readers.submit(seen, stream) for _ in range(2)] + [readers.submit(stream.result)]
        stream.cancel()
        first, second, recording = [reader.result(PATIENCE) for reader in waiting]
    assert first == second == HELLO[:2]
    assert recording.stopped
    assert recording.text == "Hel"
    assert gone(stream)
    assert source.closed.is_set()
    stream.cancel()
    assert stream.recording is recording


def test_cancelling_what_is_over_changes_nothing():
    stream = streaming(Scripted(HELLO))
    recording = stream.result()
    stream.cancel()
    assert stream.recording is recording
    assert recording.complete


class HeldClient:
    def __init__(self, made):
        self.made = made

    def client(self):
        return self.made


def test_who_waits_for_the_end_is_woken_by_the_end_alone():
    source = Scripted(HELLO, held=True)
    stream = streaming(source)
    stream._end = Waits(stream._end)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(stream.result)
        eventually(lambda: stream._end.begun)
        assert stream._readers_waiting == 0
        source.allow(len(HELLO))
        assert waiting.result(PATIENCE).text == "Hello"


class Waits:
    """A condition variable that counts who has begun to wait."""

    def __init__(self, condition):
        self.condition, self.begun = condition, 0

    def wait(self, *timeout):
        self.begun += 1
        return self.condition.wait(*timeout)

    def __getattr__(self, name):
        return getattr(self.condition, name)

    def __enter__(self):
        return self.condition.__enter__()

    def __exit__(self, *error):
        return self.condition.__exit__(*error)


class Interrupted(Waits):
    """Stands for the condition variable on which a thread waits when Ctrl-C is pressed."""

    def wait(self, *_):
        raise KeyboardInterrupt


@pytest.mark.parametrize("wait", [Stream.result, list])
def test_the_keyboards_interrupt_stops_the_call_and_keeps_what_came(wait):
    source = Scripted(HELLO, held=True)
    stream = streaming(source)
    source.allow(2)
    stream.wait_for_news(1, PATIENCE)
    stream._news, stream._end = Interrupted(stream._news), Interrupted(stream._end)
    with pytest.raises(KeyboardInterrupt) as raised:
        wait(stream)
    assert raised.value.recording is stream.recording
    assert raised.value._render_traceback_() == [
        "KeyboardInterrupt: The call was stopped.",
        "What came before is kept in the stream's `recording`.",
    ]
    assert isinstance(stream.error, Stopped)
    assert stream.text == "Hel"
    assert gone(stream)


def test_a_real_interrupt_while_a_real_call_is_silent_stops_it(local):
    stream = local.fault("stall")
    eventually(lambda: stream.text)
    threading.Timer(0.05, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        stream.result()
    assert stream.recording.stopped
    assert stream.text
    assert gone(stream)


def test_many_streams_of_one_client_run_at_once_with_many_readers(local):
    model = local.endpoint.play([START, *[text(0, f"{number} ") for number in range(50)], stop(0), END_TURN])
    streams = [local.stream(model) for _ in range(8)]
    with ThreadPoolExecutor(16) as readers:
        counts = list(readers.map(lambda stream: len(list(stream)), streams * 4))
    assert counts == [53] * 32
    assert all(stream.result().complete for stream in streams)
    assert all(gone(stream) for stream in streams)


def test_a_call_that_is_over_leaves_no_thread_and_with_its_client_no_socket(local_http):
    with nothing_left_behind():
        connection = HeldClient(local_http.endpoint.client())
        request = {
            "modelId": "local.scripted-default-v1:0",
            "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        }
        assert streaming(converse_stream(connection, request)).result().complete
        connection.made.close()


def test_what_somebody_else_obtained_is_the_same_stream(local_http):
    client = local_http.endpoint.client()
    request = {"modelId": local_http.endpoint.play(HELLO), "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
    streamed = streaming(obtained(client.converse_stream(**request))).result()
    whole = streaming(obtained(client.converse(**request))).result()
    assert (streamed.text, streamed.usage, streamed.complete) == ("Hello", whole.usage, True)
    assert (whole.text, whole.message, whole.complete) == ("Hello", streamed.message, True)
    assert streamed.request_id != whole.request_id


def test_a_stand_in_for_a_response_will_do():
    recording = streaming(obtained({"stream": [START, thought(0, "Hm"), text(1, "Yes"), END_TURN]})).result()
    assert (recording.reasoning, recording.text, recording.complete) == ("Hm", "Yes", True)
