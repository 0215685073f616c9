"""A prompt whose answer takes tools: one panel shows all of it, and Stop ends it wherever it is."""

import json

TOOLS = """
import asyncio, threading
leave = threading.Event()

def weather(city: str) -> dict:
    "Tell the weather of a city."
    print("asked for", city)
    return {"city": city, "degrees": 21}

async def search(query: str) -> str:
    "Search the web."
    await asyncio.sleep(0)
    return "found nothing of note"

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
