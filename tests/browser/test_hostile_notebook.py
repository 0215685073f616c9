"""A notebook's file may come from anybody: whatever its output data hold, nothing runs and nothing is sent."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request

from bedrock_nb.views.bundle import RECORDING_TYPE, mime_bundle
from browser.notebooks import write_outputs
from browser.server import start_server
from views.hostile import everywhere
from views.payloads import PAYLOADS
from views.samples import Script

JUPYTERS_OWN = re.compile(r"/(static|api|lab/api|lab/extensions|lsp|kernelspecs|custom)/")

# JupyterLab looks for headings in every text/html output, drawn or not, in an element of the live page. A picture that
# its sanitizer lets through is fetched by that, which no extension can help.
TABLE_OF_CONTENTS = "@jupyterlab/notebook-extension:toc"

NOTE_WHAT_RUNS = """
window.ran = [];
for (const name of ["hit", "alert", "confirm", "prompt", "open", "print"]) {
    window[name] = (...args) => ran.push([name, ...args]);
}
"""
PRESS_EVERYTHING = """output => {
    for (const each of output.querySelectorAll("summary, .bnb-controls button:not(:last-of-type)")) each.click();
    for (const link of output.querySelectorAll(".bnb-finished a")) link.focus();
}"""
FOREIGN = "script, iframe, object, embed, form, style, link, meta, base, svg, video, audio, template, maction"
GOOD = Script().text("| a | b |\n|---|---|\n| $x$ | `y` |\n").end().recording()
ATTRIBUTES_THAT_ACT = """() => [...document.querySelectorAll(".bnb-finished *")]
    .flatMap(node => [...node.attributes])
    .filter(({ name, value }) => /^on|^srcdoc$|^id$|^name$/.test(name)
        || (/href|src|action/.test(name) && !/^(https?:|mailto:|data:image)/.test(value)))
    .map(({ name, value }) => `${name}=${value}`)"""


def storable(payload: str) -> str:
    """The payload as a file can hold it."""
    return payload.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def in_html(payload: str) -> dict:
    """A good recording beside HTML in which the payload stands as markup, in every place that a panel has."""
    bundle = mime_bundle(GOOD)
    html = bundle["text/html"].partition("</style>")[2]
    for place in ('class="bnb-strip">', 'class="bnb-prose" data-slot="body">', "<tr>", "<td>", "<math", "<summary>"):
        html = html.replace(place, f"{payload}{place}{payload}" if place == "<math" else f"{place}{payload}", 1)
    return bundle | {"text/html": html, "text/markdown": payload, "text/plain": payload}


def in_recording(payload: str) -> dict:
    """The payload as all that a model, a tool or the service wrote, and as the id."""
    bundle = mime_bundle(GOOD)
    saved = [recording.to_compact() | {"id": payload} for recording in everywhere(payload)]
    html = bundle["text/html"].partition("</style>")[2]
    return bundle | {"text/html": html, RECORDING_TYPE: {"recordings": saved, "blocks": ["0.0"]}}


def in_damage(payload: str) -> dict:
    """The payload where a number, a list or digits should be: it may come up in the reason why nothing is drawn."""
    head = {"version": 1, "request": {}, "response": {}, "duration": None, "failure": None, "started_at": None}
    run = {"run": payload, "index": payload, "text": payload, "lengths": payload, "start": payload, "gaps": payload}
    broken = [head | {"form": payload}, head | {"events": [run]}, head | {"form": "deflated", "events": payload}]
    return {
        "text/html": payload,
        "text/plain": payload,
        RECORDING_TYPE: {"recordings": [*broken, payload], "blocks": [payload]},
    }


@pytest.fixture(scope="module")
def bare_jupyter(tmp_path_factory):
    """A server whose JupyterLab does not look into outputs that it does not draw."""
    server = start_server(tmp_path_factory.mktemp("bare") / "server", disabled=[TABLE_OF_CONTENTS])
    yield server
    server.stop()


@pytest.mark.parametrize("plant", [in_html, in_recording, in_damage])
def test_nothing_runs_and_nothing_is_sent(tab_on, bare_jupyter, plant):
    lab = tab_on(bare_jupyter)
    bundles = [plant(storable(payload)) for payload in PAYLOADS]
    cells = [bundles[place : place + 20] for place in range(0, len(bundles), 20)]
    lab.page.add_init_script(NOTE_WHAT_RUNS)
    asked: list[Request] = []
    lab.page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - Playwright takes no built-in method
    lab.open(write_outputs(lab.server, *cells), kernel=False)
    for index, outputs in enumerate(cells):
        lab.scroll_to(index)
        lab.output(index).locator(".bnb-finished > *").nth(len(outputs) - 1).wait_for(state="attached")
        lab.output(index).evaluate(PRESS_EVERYTHING)
    assert lab.page.evaluate("() => ran") == []
    assert lab.page.locator(f".bnb-finished :is({FOREIGN})").count() == 0
    assert lab.page.evaluate(ATTRIBUTES_THAT_ACT) == []
    assert [request.url for request in asked if not is_jupyters_own(request)] == []
    assert lab.page.evaluate("() => { alert('heard'); return ran; }") == [["alert", "heard"]]


def is_jupyters_own(request: Request) -> bool:
    address = urlsplit(request.url)
    return (
        address.scheme in {"blob", "data"}
        or request.resource_type == "document"
        or (address.hostname == "127.0.0.1" and bool(JUPYTERS_OWN.match(address.path)))
    )
