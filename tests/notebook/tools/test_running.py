import asyncio
import contextvars
import json
import threading
from concurrent.futures import CancelledError, Future

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.blocks import ToolUseBlock
from bedrock_nb.core.rope import NO_TEXT
from bedrock_nb.notebook.tools.consent import Consent, Questions
from bedrock_nb.notebook.tools.running import RunningCalls
from bedrock_nb.notebook.tools.toolbox import Toolbox

PATIENCE = 10


def call(name, tool_use_id="1", **given):
    return ToolUseBlock(0, tool_use_id, name, rope=NO_TEXT.grown(json.dumps(given)), whole=True)


def running(calls, *functions, ask=None, trusted=None):
    return RunningCalls(calls, Toolbox.of(functions).tools, ask, set() if trusted is None else trusted)


def told(results):
    """For each result whether it failed, and its first part."""
    return [
        (result["toolResult"].get("status") == "error", *result["toolResult"]["content"][0].values())
        for result in results
    ]


def double(n: int) -> int:
    return 2 * n


async def double_async(n: int) -> int:
    return await asyncio.to_thread(double, n)


def test_sync_and_async_functions_are_called():
    results = running([call("double", n=1), call("double_async", n=2)], double, double_async).results()
    assert told(results) == [(False, {"result": 2}), (False, {"result": 4})]


def test_what_a_generator_gives_is_collected():
    def count() -> object:
        yield from (1, 2)

    async def count_async() -> object:
        yield 1
        yield 2

    results = running([call("count"), call("count_async")], count, count_async).results()
    assert told(results) == [(False, {"result": [1, 2]})] * 2


def test_the_calls_of_a_message_run_at_the_same_time():
    meeting = threading.Barrier(2, timeout=PATIENCE)

    def meet() -> str:
        meeting.wait()
        return "met"

    assert told(running([call("meet", "1"), call("meet", "2")], meet).results()) == [(False, "met")] * 2


def test_async_functions_run_at_the_same_time_in_one_loop():
    loops, both = [], []

    async def meet() -> str:
        loops.append(asyncio.get_running_loop())
        both.append(asyncio.Event())
        if len(both) == 2:
            for event in both:
                event.set()
        await asyncio.wait_for(both[0].wait(), PATIENCE)
        return "met"

    assert told(running([call("meet", "1"), call("meet", "2")], meet).results()) == [(False, "met")] * 2
    assert loops[0] is loops[1]


@given(st.permutations(range(4)))
def test_results_stand_in_the_order_of_the_calls(order):
    done = {number: threading.Event() for number in order}
    before = dict(zip(order[1:], order, strict=False))

    def finish(n: int) -> int:
        if n in before:
            assert done[before[n]].wait(PATIENCE)
        done[n].set()
        return n

    results = running([call("finish", str(n), n=n) for n in range(4)], finish).results()
    assert [result["toolResult"]["toolUseId"] for result in results] == ["0", "1", "2", "3"]
    assert told(results) == [(False, {"result": n}) for n in range(4)]


def test_an_async_function_works_below_a_running_loop():
    async def kernel():
        return running([call("double_async", n=1)], double_async).results()

    assert told(asyncio.run(kernel())) == [(False, {"result": 2})]


def test_a_function_sees_the_context_of_its_cell():
    cell = contextvars.ContextVar("cell", default="another")

    def which() -> str:
        return cell.get()

    async def which_async() -> str:
        return cell.get()

    cell.set("this one")
    results = running([call("which"), call("which_async")], which, which_async).results()
    assert told(results) == [(False, "this one")] * 2


def test_a_failure_is_told_with_its_kind_and_message_and_no_more():
    def fail() -> None:
        raise LookupError("no such city")

    async def fail_async() -> None:
        raise TimeoutError

    results = running([call("fail"), call("fail_async")], fail, fail_async).results()
    assert told(results) == [(True, "LookupError: no such city"), (True, "TimeoutError")]


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, asyncio.CancelledError])
def test_a_function_cannot_end_more_than_itself(kind):
    def leave() -> None:
        raise kind("bye")

    async def leave_async() -> None:
        raise kind("bye")

    results = running([call("leave"), call("leave_async")], leave, leave_async).results()
    assert [(failed, words.partition(":")[0]) for failed, words in told(results)] == [(True, kind.__name__)] * 2
    assert told(running([call("double_async", n=1)], double_async).results()) == [(False, {"result": 2})]


def test_a_result_that_cannot_be_told_is_a_failure():
    class Silent:
        def __str__(self):
            raise RuntimeError("no words")

    def look() -> object:
        return Silent()

    assert told(running([call("look")], look).results()) == [(True, "RuntimeError: no words")]


def test_arguments_are_checked_before_the_call():
    called = []

    def note(n: int) -> None:
        called.append(n)

    [(failed, words)] = told(running([call("note", n="x")], note).results())
    assert failed
    assert words.startswith("The arguments do not fit, so nothing was called. `n`:")
    assert called == []


@pytest.mark.parametrize("text", ['{"n": 1', "[1]", "5", "null"])
def test_an_input_that_was_cut_off_calls_nothing(text):
    cut = ToolUseBlock(0, "1", "double", rope=NO_TEXT.grown(text))
    [(failed, words)] = told(running([cut], double).results())
    assert failed
    assert words.startswith("The input of this call is not a whole JSON object, so nothing was called.")


def test_no_input_is_an_empty_one():
    def now() -> str:
        return "noon"

    assert told(running([ToolUseBlock(0, "1", "now")], now).results()) == [(False, "noon")]


def test_a_tool_that_is_not_there_is_named_with_those_that_are():
    assert told(running([call("triple")], double).results()) == [
        (True, "There is no tool `triple`. The tools are: double.")
    ]


def answering(*answers):
    """An Ask that gives these answers, and a list of what it was asked."""
    asked, coming = [], iter(answers)

    def ask(called):
        asked.append(called.name)
        future = Future()
        future.set_result(next(coming))
        return future

    return ask, asked


def test_a_call_that_is_not_allowed_does_not_run():
    ask, asked = answering(Consent.YES, Consent.NO)
    results = running([call("double", n=1), call("double", n=2)], double, ask=ask).results()
    assert told(results) == [
        (False, {"result": 2}),
        (True, "The user did not allow this call. Do without it, or ask the user."),
    ]
    assert asked == ["double", "double"]


def test_a_call_that_nobody_could_be_asked_about_is_not_said_to_be_forbidden():
    ask, _ = answering(Consent.NOBODY)
    results = running([call("double", n=1)], double, ask=ask).results()
    assert told(results) == [
        (True, "Nobody was there to allow this call, so it was not made. Do without it, and say so.")
    ]


def test_always_is_asked_once_for_each_tool():
    def triple(n: int) -> int:
        return 3 * n

    ask, asked = answering(Consent.ALWAYS, Consent.YES)
    trusted = set()
    calls = [call("double", n=1), call("double", n=2), call("triple", n=1)]
    assert not any(failed for failed, _ in told(running(calls, double, triple, ask=ask, trusted=trusted).results()))
    assert asked == ["double", "triple"]
    assert trusted == {"double"}


@pytest.mark.parametrize("answer", ["yes", "always"])
def test_a_plain_word_is_an_answer_too(answer):
    ask, _ = answering(answer)
    assert told(running([call("double", n=1)], double, ask=ask).results()) == [(False, {"result": 2})]


@pytest.mark.parametrize("answer", ["no", True, False, None, "whatever"])
def test_what_is_no_consent_is_no(answer):
    ask, _ = answering(answer)
    assert [failed for failed, _ in told(running([call("double", n=1)], double, ask=ask).results())] == [True]


def test_what_cannot_run_is_not_asked_about():
    ask, asked = answering()
    running([call("triple"), ToolUseBlock(0, "1", "double", rope=NO_TEXT.grown("{"))], double, ask=ask).results()
    assert asked == []


def cancelled_while(calls, *functions, begun, ask=None):
    """Cancel from another thread once `begun` is set; which tools ran at that moment."""
    runs = running(calls, *functions, ask=ask)
    ran = []

    def cancel():
        assert begun.wait(PATIENCE)
        ran.extend(runs.running)
        runs.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(CancelledError):
        runs.results()
    thread.join()
    return ran


def test_cancelling_leaves_a_sync_function_to_itself():
    begun, leave, left = threading.Event(), threading.Event(), threading.Event()

    def linger() -> None:
        begun.set()
        assert leave.wait(PATIENCE)
        left.set()

    assert cancelled_while([call("linger")], linger, begun=begun) == ["linger"]
    leave.set()
    assert left.wait(PATIENCE)


def test_cancelling_cancels_an_async_function():
    begun, cancelled = threading.Event(), threading.Event()

    async def linger() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    assert cancelled_while([call("linger")], linger, begun=begun) == ["linger"]
    assert cancelled.wait(PATIENCE)


def test_cancelling_takes_back_a_question():
    questions, begun = Questions(), threading.Event()

    def ask(called):
        future = questions(called)
        begun.set()
        return future

    assert cancelled_while([call("double", n=1)], double, begun=begun, ask=ask) == []
    assert questions.standing is None
