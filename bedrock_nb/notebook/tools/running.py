"""Running the tool calls of one message, all at the same time, and telling the model how each went.

A sync function runs in a thread of its own; an async one in one loop that this module keeps for all of them, so that it
works below a kernel's running loop, and clients that are bound to a loop can be used again. Both see the context
variables of the cell, so that what they print is printed there.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import AsyncIterable, Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from functools import cache
from typing import Any, TypeAlias

from bedrock_nb.core.blocks import ToolUseBlock
from bedrock_nb.core.request.messages import tool_result
from bedrock_nb.notebook.tools.arguments import WrongArguments
from bedrock_nb.notebook.tools.consent import Ask, Consent
from bedrock_nb.notebook.tools.results import parts_of
from bedrock_nb.notebook.tools.tool import Tool

Result: TypeAlias = dict[str, Any]
"""A toolResult content block."""


class RunningCalls:
    """The calls of one message. `results` starts them and waits; `cancel`, from another thread, ends the waiting.

    Args:
        calls: The calls, none of them a server's own.
        tools: The tools by their names.
        ask: Whom to ask before each call; None asks nobody.
        trusted: The names that need no asking; an answer of "always" adds to it.
    """

    def __init__(
        self, calls: Sequence[ToolUseBlock], tools: Mapping[str, Tool], ask: Ask | None, trusted: set[str]
    ) -> None:
        self._calls = calls
        self._tools = tools
        self._ask = ask
        self._trusted = trusted
        self._lock = threading.Lock()
        self._waiting: list[Future[Any]] = []
        self._running: dict[str, str] = {}
        self._cancelled = False

    @property
    def running(self) -> tuple[str, ...]:
        """The names of the tools that run at this moment."""
        with self._lock:
            return tuple(self._running.values())

    def results(self) -> list[Result]:
        """The result of each call, in the order of the calls.

        Raises:
            CancelledError: `cancel` was called.
        """
        # One question at a time; what the user has agreed to runs while the next question stands.
        started = [self._started(call) for call in self._calls]
        return [future.result() for future in started]

    def cancel(self) -> None:
        """End the waiting at once. Async tools are cancelled; a thread cannot be, so sync ones go on unheard."""
        with self._lock:
            self._cancelled = True
            waiting = list(self._waiting)
        for future in waiting:
            future.cancel()

    def _started(self, call: ToolUseBlock) -> Future[Result]:
        answer: Future[Result] = self._waited_for(Future())
        refusal = self._refusal(call)
        if refusal:
            answer.set_result(failure(call, refusal))
            return answer
        run = contextvars.copy_context().run
        threading.Thread(
            target=run, args=(self._run, call, answer), name=f"bedrock-nb tool {call.name}", daemon=True
        ).start()
        return answer

    def _refusal(self, call: ToolUseBlock) -> str:
        """Why the call is not to be run, for the model to read; empty where it is."""
        if call.name not in self._tools:
            known = ", ".join(self._tools) or "none"
            return f"There is no tool `{call.name}`. The tools are: {known}."
        if not call.valid:
            return (
                "The input of this call is not a whole JSON object, so nothing was called. It may have been cut off by "
                "the limit of the answer's length: call again, with a shorter input."
            )
        if self._ask is None or call.name in self._trusted:
            return ""
        consent: Any = self._waited_for(self._ask(call)).result()
        if consent == Consent.ALWAYS:
            self._trusted.add(call.name)
        if consent == Consent.NOBODY:
            return "Nobody was there to allow this call, so it was not made. Do without it, and say so."
        is_allowed = consent in (Consent.YES, Consent.ALWAYS)  # whatever else was answered is no
        return "" if is_allowed else "The user did not allow this call. Do without it, or ask the user."

    def _waited_for(self, future: Future[Any]) -> Future[Any]:
        with self._lock:
            self._waiting.append(future)
            if self._cancelled:
                future.cancel()
                raise CancelledError
        return future

    def _run(self, call: ToolUseBlock, answer: Future[Result]) -> None:
        with self._lock:
            self._running[call.tool_use_id] = call.name
        result = outcome(call, lambda: self._value(self._tools[call.name], call))
        with self._lock:
            del self._running[call.tool_use_id]
        with suppress(InvalidStateError):  # cancelled meanwhile
            answer.set_result(result)

    def _value(self, tool: Tool, call: ToolUseBlock) -> Any:
        value = tool(call.input)
        if inspect.isasyncgen(value):
            value = _collected(value)
        if not inspect.isawaitable(value):
            return value

        # What it raises is carried out by hand: a SystemExit would end the loop for all tools that come later.
        async def awaited() -> tuple[Any, BaseException | None]:
            try:
                return await value, None
            except BaseException as error:  # noqa: BLE001 - raised again in the thread of the call
                return None, error

        given, error = self._waited_for(asyncio.run_coroutine_threadsafe(awaited(), _loop())).result()
        if error is not None:
            raise error
        return given


async def _collected(values: AsyncIterable[Any]) -> list[Any]:
    return [value async for value in values]


def outcome(call: ToolUseBlock, run: Callable[[], Any]) -> Result:
    """The result that tells the model what `run` gave, or raised: its kind and message, and nothing of our insides."""
    try:
        return tool_result(call.tool_use_id, parts_of(run()))
    except WrongArguments as error:
        return failure(call, str(error))
    except BaseException as error:  # noqa: BLE001 - whatever a user's function raises is for the model to read
        return failure(call, f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def failure(call: ToolUseBlock, words: str) -> Result:
    """The result that says that the call failed."""
    return tool_result(call.tool_use_id, words, failed=True)


def _loop() -> asyncio.AbstractEventLoop:
    with _making_the_loop:
        return _only_loop()


@cache
def _only_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="bedrock-nb async tools", daemon=True).start()
    return loop


_making_the_loop = threading.Lock()
