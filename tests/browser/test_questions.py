"""`--confirm` in the panel: the question stands under the tool's card, and is answered while the cell runs."""

import pytest

from browser.test_tools import asked

CALLS = """
called = []
def weather(city: str) -> str:
    "Tell the weather."
    called.append(city)
    return "fair"
"""


def begin(app, endpoint, model="local.scripted-tool-rounds-v1:0", tools="weather"):
    first, cell = asked(endpoint, model, f"{tools} --confirm")
    app.open([first + CALLS, cell, "print(called, answer.stopped, answer.complete)"])
    app.run_cell(0)
    app.run_cell(1, wait=False)
    return app.output(1)


def told(app):
    """What the notebook has of it in the end."""
    app.wait_until_done(1)
    app.run_cell(2)
    return app.output(2).inner_text().strip()


@pytest.mark.parametrize(("label", "called"), [("Yes", "['scripted']"), ("No", "[]")])
def test_yes_runs_the_tool_and_no_does_not(either_app, endpoint, label, called):
    output = begin(either_app, endpoint)
    question = output.locator(".bnb-tool .bnb-question")
    question.get_by_text("Run it?").wait_for()
    assert "Asking you" in output.locator(".bnb-strip").inner_text()
    question.get_by_role("button", name=label).focus()
    either_app.page.keyboard.press("Enter")
    assert told(either_app) == f"{called} False True"
    assert output.locator(".bnb-question").count() == 0
    refusals = output.get_by_text("The user did not allow this call.").count()
    assert bool(refusals) is (label == "No")
    assert either_app.console_errors == []


def test_always_asks_once_for_each_tool(standing_lab, endpoint):
    endpoint.add("local.twice-the-same", lambda request: ROUNDS[len(request["messages"]) // 2])
    output = begin(standing_lab, endpoint, "local.twice-the-same")
    output.get_by_role("button", name="Always").click()
    assert told(standing_lab) == "['Bern', 'Thun'] False True"


def test_stop_ends_it_while_the_question_stands(standing_lab, endpoint):
    output = begin(standing_lab, endpoint)
    output.get_by_role("button", name="Yes").wait_for()
    output.get_by_role("button", name="Stop").click()
    assert told(standing_lab) == "[] True False"
    assert output.locator(".bnb-question").count() == 0


def test_a_notebook_that_shows_no_panel_asks_in_its_own_way(standing_lab, endpoint):
    output = begin(standing_lab, endpoint, tools="weather --no-display")
    field = output.locator(".jp-Stdin-input")
    field.fill("y")
    field.press("Enter")
    assert told(standing_lab) == "['scripted'] False True"


def calling(city):
    use = {"toolUse": {"toolUseId": city, "name": "weather"}}
    given = {"toolUse": {"input": f'{{"city": "{city}"}}'}}
    return [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockStart": {"contentBlockIndex": 0, "start": use}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": given}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "tool_use"}},
    ]


ROUNDS = [
    calling("Bern"),
    calling("Thun"),
    [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Fair."}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
    ],
]
