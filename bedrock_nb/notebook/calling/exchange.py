"""One prompt up to its final answer: calls of the model, and between them the tools that it asked for.

Invariants, each held by a test:
- Whatever happens, `result` gives a recording, and `recordings` one for each call that was made.
- `cancel` returns at once, whether the model answers, a tool runs or a question stands open; nothing is sent after it.
- A message of the model that calls tools is followed by one message that answers all of them, in their order.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from bedrock_nb.core.blocks import ToolUseBlock
from bedrock_nb.core.counted import counted
from bedrock_nb.core.errors import BedrockError, Stopped
from bedrock_nb.core.events import Event
from bedrock_nb.core.interrupted import Interrupted
from bedrock_nb.core.request.messages import tool_result_message
from bedrock_nb.core.turn import Turn
from bedrock_nb.notebook.calling.rounds import Round
from bedrock_nb.notebook.keeping.recorder import end_otherwise
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.tools.consent import Ask
from bedrock_nb.notebook.tools.running import Result, RunningCalls
from bedrock_nb.notebook.tools.toolbox import Toolbox
from bedrock_nb.wire.stream import Stream

T = TypeVar("T")
Start: TypeAlias = Callable[[Mapping[str, Any]], Stream[Recording]]
"""Calls the model with the arguments of converse_stream."""

MOST_ROUNDS = 10
"""How often the model may ask for tools before the answer to one prompt is given up."""
NO_TOOLS = Toolbox()

_ENDS = {"guardrail_intervened", "content_filtered"}
"""Stop reasons after which a message's tool calls are not to be trusted."""


class Exchange:
    """One prompt up to its final answer. It starts at once, in a thread of its own, and ends by itself.

    Like a Stream it is iterated over, waited for, cancelled and awaited; its events are those of all its calls.

    Args:
        request: The arguments of the first call. It has to declare the tools of the toolbox.
        start: Makes a call.
        toolbox: What can be run here. Calls of other tools that the request declares are left to the caller, and so end
            the exchange.
        max_rounds: How often the model may ask for tools; when it does so once more, the exchange ends with an error.
        ask: Whom to ask before each call of a tool; None asks nobody.
        on_end: Is told when it is over, before anyone who waits.
    """

    def __init__(
        self,
        request: Mapping[str, Any],
        *,
        start: Start,
        toolbox: Toolbox = NO_TOOLS,
        max_rounds: int = MOST_ROUNDS,
        ask: Ask | None = None,
        on_end: Callable[[Exchange], object] | None = None,
    ) -> None:
        self.id = uuid.uuid4().hex
        self.request = dict(request)
        self._start = start
        self._toolbox = toolbox
        self._max_rounds = max_rounds
        self._ask = ask
        self._on_end = on_end
        self._trusted: set[str] = set()
        self._lock = threading.RLock()
        self._followers: list[Callable[[Round], object]] = []
        self._tools_running: RunningCalls | None = None
        self._ending = False
        self._error: BedrockError | None = None
        self._whole: Recording | None = None
        self._over: Future[None] = Future()
        self._coming: list[Future[Round | None]] = [Future()]
        self._rounds: list[Round] = []
        self._call(self.request)
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(self._run,), name=f"bedrock-nb exchange {self.id[:8]}", daemon=True).start()

    # Going from call to call: the one thread that makes them.

    def _run(self) -> None:
        error: BedrockError | None
        try:
            error = self._last_error()
        except CancelledError:
            error = Stopped("The exchange was stopped.")
        except BedrockError as failure:
            error = failure
        except Exception as failure:  # noqa: BLE001 - told as what ended the exchange, with its cause
            error = BedrockError(f"The tools could not be run: {type(failure).__name__}: {failure}")
            error.__cause__ = failure
        self._end(error)

    def _last_error(self) -> BedrockError | None:
        """Go on until the model is done; what went wrong, if anything did."""
        asked = 0
        while True:
            last = self._rounds[-1].stream.result()
            calls = self._calls_to_run(last)
            if not calls or last.error is not None:
                return last.error
            asked += 1
            if asked > self._max_rounds:
                return _too_many(self._max_rounds, calls)
            self._call(following(last, self._results(calls)))

    def _calls_to_run(self, last: Recording) -> Sequence[ToolUseBlock]:
        calls = [call for call in last.tool_calls if call.name and call.tool_use_id]
        left_to_caller = self._toolbox.declared_only & {call.name for call in calls}
        if not self._toolbox.tools or left_to_caller or last.stop_reason in _ENDS:
            return ()
        return calls

    def _results(self, calls: Sequence[ToolUseBlock]) -> list[Result]:
        with self._lock:
            self._refuse_after_end()
            running = RunningCalls(calls, self._toolbox.tools, self._ask, self._trusted)
            self._tools_running = running
        try:
            return running.results()
        finally:
            self._tools_running = None

    def _call(self, request: Mapping[str, Any]) -> None:
        with self._lock:
            self._refuse_after_end()
            begun = Round(self._start(request), self)
            for follow in tuple(self._followers):  # before the round before this one counts as done: see `Round`
                follow(begun)
            self._rounds.append(begun)
            self._coming.append(Future())
        self._coming[-2].set_result(begun)

    def _refuse_after_end(self) -> None:
        if self._ending:
            raise CancelledError

    def _end(self, error: BedrockError | None) -> None:
        with self._lock:
            if self._ending:
                return
            self._ending, self._error = True, error
        self._tell_of_end()

    def _tell_of_end(self) -> None:
        last = self._rounds[-1].stream
        try:
            if self._error is not None and last.error is None:
                end_otherwise(last, self._error)
            if self._on_end is not None:
                self._on_end(self)
        finally:
            self._over.set_result(None)
            self._coming[-1].set_result(None)

    # What there is to see, at any moment.

    @property
    def model(self) -> str:
        """The model id or ARN that was asked for."""
        return str(self.request.get("modelId", ""))

    @property
    def ask(self) -> Ask | None:
        """Whom it asks before each call of a tool."""
        return self._ask

    @property
    def calls(self) -> tuple[Round, ...]:
        """The calls so far, as a panel watches them."""
        return tuple(self._rounds)

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """A recording of each call so far. What ended the exchange between calls is the last one's `failure`."""
        return tuple(begun.recording for begun in self.calls)

    @property
    def recording(self) -> Recording:
        """That of the last call, as far as it came, with those before as `earlier`; the same one once it is over."""
        if self._whole is not None:
            return self._whole
        done = self.done
        *earlier, last = self.recordings
        whole = replace(last, wire_events=last.log, earlier=tuple(earlier)) if earlier else last
        if done:
            self._whole = whole
        return whole

    @property
    def turn(self) -> Turn:
        """The last message, as far as it came."""
        return self._rounds[-1].turn

    @property
    def text(self) -> str:
        """The answer: the text of the last message, as far as it came."""
        return self.turn.text

    @property
    def done(self) -> bool:
        """Whether it is over, well or not."""
        return self._over.done()

    @property
    def error(self) -> BedrockError | None:
        """What went wrong; None while it runs and where all went well."""
        return self._error

    @property
    def complete(self) -> bool:
        """Whether it is over, and the final answer is there."""
        return self.done and self._error is None

    def follow(self, follower: Callable[[Round], object], seen: int = 0) -> Callable[[], None]:
        """Tell this follower of each call, in their order, except for the first `seen`: those it knows of already.

        Returns:
            Ends it; the follower is let go.
        """

        def end() -> None:
            with self._lock:
                if follower in self._followers:
                    self._followers.remove(follower)

        with self._lock:
            self._followers.append(follower)
            for begun in self._rounds[seen:]:
                follower(begun)
        return end

    # Reading along.

    def __iter__(self) -> Iterator[Event]:
        """All events of all calls from the first one on, waiting for those to come."""
        number = 0
        while (begun := self._patiently(self._coming[number].result)) is not None:
            yield from begun.stream
            number += 1

    async def __aiter__(self) -> AsyncIterator[Event]:
        """All events of all calls from the first one on, waiting for those to come."""
        number = 0
        while (begun := await _awaited(self._coming[number])) is not None:
            async for event in begun.stream:
                yield event
            number += 1

    def text_deltas(self) -> Iterator[str]:
        """The pieces of the model's text as they come, what it says before it calls tools included."""
        return (event.text for event in self if event.text)

    # The end.

    def cancel(self) -> None:
        """End it. Returns at once; what came is kept. A sync tool that runs goes on to its end, unheard."""
        with self._lock:
            if self._ending:
                return
            running, stream = self._tools_running, self._rounds[-1].stream
            is_answered = stream.done and not self._calls_to_run(stream.recording)
            self._ending = True
            self._error = stream.error if is_answered else _stopped(running.running if running else ())
        stream.cancel()
        if running is not None:
            running.cancel()
        self._tell_of_end()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end, at most `timeout` seconds; whether it is there."""
        try:
            self._over.result(timeout)
        except TimeoutError:
            return False
        return True

    def result(self) -> Recording:
        """Wait for the end; the recording of the last call, also after an error or a stop (`error` says so).

        Ctrl-C or the kernel's interrupt while it waits cancels it and goes on as KeyboardInterrupt.
        """
        self._patiently(self._over.result)
        return self.recording

    def _patiently(self, wait: Callable[[], T]) -> T:
        try:
            return wait()
        except KeyboardInterrupt:
            self.cancel()
            kept = "The history has what came of it, unless it is off: bedrock_nb.last()."
            raise Interrupted("The call was stopped.", kept, self.recording) from None

    def __await__(self) -> Generator[Any, None, Recording]:
        """Wait for the end; the recording of the last call."""
        return self._result_async().__await__()

    async def _result_async(self) -> Recording:
        await _awaited(self._over)
        return self.recording

    def __repr__(self) -> str:
        state = "done" if self.done else "running"
        return f"<Exchange {self.id[:8]} with {self.model}: {state}, {counted(len(self._rounds), 'call')}>"


def following(last: Recording, results: Sequence[Result]) -> dict[str, Any]:
    """The request that goes on after a message with tool calls, whose results these are."""
    request = dict(last.request)
    config = dict(request.get("toolConfig") or {})
    if set(config.get("toolChoice") or {}) & {"any", "tool"}:  # what was forced once would be forced for ever
        config.pop("toolChoice")
        request["toolConfig"] = config
    sent = request.get("messages") or []
    return {**request, "messages": [*sent, last.message, tool_result_message(results)]}


async def _awaited(future: Future[T]) -> T:
    # Shielded, because a reader that is cancelled must not cancel what all others wait for.
    return await asyncio.shield(asyncio.wrap_future(future))


def _too_many(rounds: int, calls: Sequence[ToolUseBlock]) -> BedrockError:
    from bedrock_nb.views.text import harmless

    names = harmless(", ".join(dict.fromkeys(call.name for call in calls)))  # the model's words, in a traceback of ours
    times = "once" if rounds == 1 else f"{rounds} times"
    return BedrockError(
        f"The model called tools {times} and asks for more ({names}), which was not run.",
        code="TooManyRounds",
        advice="Raise --max-rounds (max_rounds= in Python), or say in the prompt when it should stop.",
    )


def _stopped(running: Sequence[str]) -> Stopped:
    if not running:
        return Stopped("The exchange was stopped.")
    names = ", ".join(dict.fromkeys(running))
    return Stopped(f"The exchange was stopped while {names} ran. What is under way there cannot be undone.")
