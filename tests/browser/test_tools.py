"""A prompt whose answer takes tools: one panel shows all of it, and Stop ends it wherever it is."""

import json
import threading

TOOLS = """
import asyncio, threading
leave = threading.Event()

def weather(city: str) -> dict:
    "Tell the weather of a city."
    print("asked for", city)
    return {"city": city, "degrees": 21}

async def search(query: str) -> str:
    "Search the web."
    return await asyncio.to_thread(str, "found nothing of note")

def book(hotel: str) -> str:
    "Book a room."
    raise LookupError("there is no such hotel")

def linger() -> str:
    "Take long."
    print("lingering")
    leave.wait()
    return "late"
"""


def call(number, name, **given):
    """The wire events of one call of a tool."""
    start = {"toolUse": {"toolUseId": f"call-{name}-{number}", "name": name}}
    return [
        {"contentBlockStart": {"contentBlockIndex": number, "start": start}},
        {"contentBlockDelta": {"contentBlockIndex": number, "delta": {"toolUse": {"input": json.dumps(given)}}}},
        {"contentBlockStop": {"contentBlockIndex": number}},
    ]


def message(*blocks, stop="tool_use"):
    body = [event for block in blocks for event in block]
    return [{"messageStart": {"role": "assistant"}}, *body, {"messageStop": {"stopReason": stop}}]


def said(text):
    return [
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": text}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
    ]


ROUNDS = [
    message(said("Let me look."), call(1, "weather", city="Bern"), call(2, "search", query="Bern")),
    message(call(0, "book", hotel="Ritz")),
    message(call(0, "weather", city="Thun")),
    message(said("Go to **Thun**."), stop="end_turn"),
]


def three_rounds(request):
    """A model that asks for tools three times, and then answers."""
    return ROUNDS[sum("toolResult" in message["content"][0] for message in request["messages"])]


def asked(endpoint, model, tools):
    """The cells of a notebook that asks this model with these tools."""
    environment = f"import os\nos.environ.update({endpoint.environment!r})\n%load_ext bedrock_nb"
    return [environment + TOOLS, f"%%bedrock answer << -m {model} --tools {tools}\nWhere shall I go?"]


def test_three_rounds_of_tools_end_in_an_answer_in_one_panel(either_app, endpoint):
    endpoint.add("local.three-rounds", three_rounds)
    either_app.open([*asked(endpoint, "local.three-rounds", "weather search book"), "answer.text, answer.complete"])
    either_app.run_cell(0)
    either_app.run_cell(1)
    output = either_app.output(1)
    for seen in ("Let me look.", "found nothing of note", "LookupError: there is no such hotel", "Thun"):
        assert output.get_by_text(seen).count() >= 1, seen
    assert output.locator(".bnb-panel").count() == 1
    assert output.locator(".bnb-block.bnb-tool").count() == 4
    assert "asked for Bern" in output.inner_text()
    either_app.run_cell(2)
    assert either_app.output(2).inner_text().endswith("('Go to **Thun**.', True)")
    assert either_app.console_errors == []


def test_stop_ends_it_while_a_tool_runs(either_app, endpoint):
    model = "local.scripted-tools-v1:0"
    before = len(endpoint.requests)
    either_app.open([*asked(endpoint, model, "linger"), "leave.set()\nprint(answer.stopped, answer.error.message)"])
    either_app.run_cell(0)
    either_app.run_cell(1, wait=False)
    output = either_app.output(1)
    output.get_by_text("lingering").wait_for()
    output.get_by_role("button", name="Stop").click()
    either_app.wait_until_done(1)
    assert output.get_by_text("Stopped").count() >= 1
    either_app.run_cell(2)
    assert "True The exchange was stopped while linger ran." in either_app.output(2).inner_text()
    assert len(endpoint.requests) == before + 1
    assert either_app.console_errors == []


FOUR_CALLS = message(said("Let me look."), *(call(number, "forecast", day=number) for number in range(1, 5)))
FORECAST = """
from pathlib import Path

def forecast(day: int) -> dict:
    "Tell the weather of a day, once the file is there."
    while not Path("forecast").exists():
        leave.wait(0.01)
    if day == 3:
        raise LookupError("there is no such day in this week, nor in any other that was looked at before it or after")
    return {"day": day, "hours": list(range(24)), "sky": "clear", "wind": {"from": "west", "km/h": 12}}
"""

# Of the answer, as far as it is in sight, what has moved since then: layout shifts as the browser itself counts them.
WATCH_SHIFTS = """() => {
    const found = [];
    const inAnswer = (node) => (node instanceof Element ? node : node?.parentElement)?.closest(".bnb-top, .bnb-blocks");
    const note = (shifts) => {
        for (const { sources } of shifts) found.push(...sources.filter(({ node }) => inAnswer(node)));
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: "layout-shift" });
    window.shifted = () => {
        note(observer.takeRecords());
        return found.map(({ node }) => node.className || node.textContent);
    };
}"""


def said_until(event):
    """An answer whose end waits for this event."""
    begin, *text, _, stop = message(said("Go to **Thun**."), stop="end_turn")
    yield from (begin, *text)
    event.wait(20)
    yield from ({"contentBlockStop": {"contentBlockIndex": 0}}, stop)


def test_what_tools_give_back_moves_nothing_and_stays_as_the_reader_unfolds_it(lab, endpoint):
    is_unfolded = threading.Event()

    def two_rounds(request):
        return FOUR_CALLS if len(request["messages"]) == 1 else said_until(is_unfolded)

    endpoint.add("local.two-rounds", two_rounds)
    first, cell = asked(endpoint, "local.two-rounds", "forecast")
    lab.open([first + FORECAST, cell])
    lab.run_cell(0)
    lab.run_cell(1, wait=False)
    output = lab.output(1)
    output.get_by_text("waiting…").nth(3).wait_for()
    output.locator(".bnb-strip").evaluate("strip => strip.scrollIntoView()")
    lab.page.evaluate(WATCH_SHIFTS)
    (lab.server.notebooks / "forecast").touch()
    output.get_by_text("Go to").wait_for()
    errors = output.locator(".bnb-failed .bnb-outcome-name").all_text_contents()
    shifted = lab.page.evaluate("() => shifted()")
    output.locator(".bnb-result > summary").nth(1).focus()
    lab.page.keyboard.press("Enter")
    is_unfolded.set()
    lab.wait_until_done(1)
    output.locator(".bnb-finished").wait_for()
    unfolded = output.locator(".bnb-result").evaluate_all("results => results.map(({ open }) => open)")
    assert errors == ["Error"]
    assert shifted == []
    assert unfolded == [False, True, False, False]
    assert lab.console_errors == []
