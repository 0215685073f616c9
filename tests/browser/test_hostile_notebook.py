"""A notebook's file may come from anybody: whatever its output data hold, nothing runs and nothing is sent."""

import re
from functools import cache
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Request

from bedrock_nb.views.bundle import RECORDING_TYPE, mime_bundle
from browser.lab import Lab
from browser.notebooks import trust, write_outputs
from views.hostile import everywhere
from views.payloads import PAYLOADS
from views.samples import Script

JUPYTERS_OWN = re.compile(r"/(static|api|lab/api|lab/extensions|lsp|kernelspecs|custom)/")

PICTURE = "http://outside.invalid/picture.png"

_fresh_number = count()
NOTE_WHAT_RUNS = """() => {
    window.ran = [];
    for (const name of ["hit", "alert", "confirm", "prompt", "open", "print"]) {
        window[name] = (...args) => ran.push([name, ...args]);
    }
}"""
PRESS_EVERYTHING = """output => {
    for (const each of output.querySelectorAll("summary, .bnb-controls button:not(:last-of-type)")) each.click();
    for (const link of output.querySelectorAll(".bnb-finished a")) link.focus();
}"""
ARE_TRUSTED = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.trusted)"
FOREIGN = "script, iframe, object, embed, form, style, link, meta, base, svg, video, audio, template, maction"
GOOD = mime_bundle(Script().text("| a | b |\n|---|---|\n| $x$ | `y` |\n").end().recording())
GOOD_HTML = GOOD["text/html"].partition("</style>")[2]
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
    html = GOOD_HTML
    for place in ('class="bnb-strip">', 'class="bnb-prose" data-slot="body">', "<tr>", "<td>", "<math", "<summary>"):
        html = html.replace(place, f"{payload}{place}{payload}" if place == "<math" else f"{place}{payload}", 1)
    return GOOD | {"text/html": html, "text/markdown": payload, "text/plain": payload}


def in_recording(payload: str) -> dict:
    """The payload as all that a model, a tool or the service wrote, and as the id."""
    saved = [recording.to_compact() | {"id": payload} for recording in everywhere(payload)]
    return GOOD | {"text/html": GOOD_HTML, RECORDING_TYPE: {"recordings": saved, "blocks": ["0.0"]}}


def in_recording_alone(payload: str) -> dict:
    """The same with no HTML beside it."""
    return {RECORDING_TYPE: in_recording(payload)[RECORDING_TYPE], "text/plain": payload}


def in_recording_beside_empty_html(payload: str) -> dict:
    """The same with HTML that says nothing."""
    return in_recording_alone(payload) | {"text/html": ""}


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


class Watched:
    """A tab that notes what runs in it and what it asks for, beyond what JupyterLab needs."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.last = f"The end of this {next(_fresh_number)}"
        lab.page.evaluate(NOTE_WHAT_RUNS)

    def look_through(self, cells: list[list[dict]], drawn: str, *, trusted: bool = False) -> None:
        """Open a notebook with these outputs, see each of them drawn, press all there is, and list the headings."""
        lab = self.lab
        notebook = write_outputs(lab.server, *cells, [heading(self.last)])
        lab.open(trust(lab.server, notebook) if trusted else notebook, kernel=False)
        for index, outputs in enumerate(cells):
            lab.scroll_to(index)
            lab.output(index).locator(drawn).nth(len(outputs) - 1).wait_for(state="attached")
            lab.output(index).evaluate(PRESS_EVERYTHING)
        assert lab.page.evaluate(ARE_TRUSTED)[: len(cells)] == [trusted] * len(cells)
        list_headings(lab, self.last)

    @property
    def requests(self) -> list[str]:
        """The addresses asked for that JupyterLab has no need of."""
        return [request.url for request in self.lab.requests if not is_jupyters_own(request)]

    def has_come_to_nothing(self) -> bool:
        """Whether nothing ran and nothing was sent, by a page that would have told."""
        assert self.requests == []
        assert self.lab.page.evaluate("() => { alert('heard'); return ran; }") == [["alert", "heard"]]
        return True


def heading(text: str) -> dict:
    return {"text/html": f"<h1>{text}</h1>"}


def list_headings(lab: Lab, last: str) -> list[str]:
    """Let JupyterLab look for headings in every output, drawn or not; those that it lists, up to the last."""
    lab.page.evaluate("async () => { await window.jupyterapp.commands.execute('toc:show-panel') }")
    items = lab.page.locator(".jp-tocItem-content")
    items.filter(has_text=last).first.wait_for()
    texts = items.all_inner_texts()
    lab.page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    return texts


def planted(plant) -> list[list[dict]]:
    """Cells of twenty outputs each, with every payload planted."""
    bundles = [plant(storable(payload)) for payload in PAYLOADS]
    return [bundles[place : place + 20] for place in range(0, len(bundles), 20)]


IN_RECORDINGS = [in_recording, in_recording_alone, in_recording_beside_empty_html]
WHERE = [
    *(("newest", "untrusted", plant) for plant in (in_html, *IN_RECORDINGS, in_damage)),
    *(("newest", "trusted", plant) for plant in (in_html, in_recording_alone)),
    *(("oldest", "untrusted", plant) for plant in (in_html, in_damage)),
]


@pytest.mark.parametrize(("version", "trust", "plant"), WHERE)
def test_nothing_runs_and_nothing_is_sent(standing_lab_on, request, version, trust, plant):
    server = request.getfixturevalue("jupyter" if version == "newest" else "oldest_jupyter")
    watched = Watched(standing_lab_on(server))
    watched.look_through(planted(plant), ".bnb-finished > *", trusted=trust == "trusted")
    page = watched.lab.page
    assert page.locator(f".bnb-finished :is({FOREIGN})").count() == 0
    assert page.evaluate(ATTRIBUTES_THAT_ACT) == []
    assert watched.has_come_to_nothing()


@cache
def written(payload: str) -> dict:
    """What we write when a model, a tool and the service have written nothing but the payload."""
    return mime_bundle(everywhere(payload))


@pytest.mark.parametrize("trusted", [False, True], ids=["untrusted", "trusted"])
@pytest.mark.parametrize("form", ["text/html", "text/markdown"])
def test_what_we_write_is_safe_where_there_is_no_extension(standing_lab_on, plain_jupyter, form, trusted):
    watched = Watched(standing_lab_on(plain_jupyter))
    watched.look_through(
        planted(lambda payload: {form: written(payload)[form]}), ".jp-OutputArea-output", trusted=trusted
    )
    assert watched.has_come_to_nothing()


def test_of_what_others_write_jupyterlab_itself_asks_for_pictures_that_it_does_not_draw(standing_lab):
    """With no output of ours in the cell, in a notebook that nobody trusts: this is no doing of the extension's."""
    html = f'<h2>Heard</h2><img src="{PICTURE}">'
    watched = Watched(standing_lab)
    watched.look_through([[{"application/json": {}, "text/html": html}]], ".jp-RenderedJSON")
    assert watched.lab.page.locator(f"[src='{PICTURE}']").count() == 0
    assert watched.requests == [PICTURE]
    watched.lab.forget()


def test_the_extension_changes_no_list_of_headings(standing_lab_on, jupyter, plain_jupyter):
    answer = mime_bundle(Script().text("# One *and*\n\ntext\n\n## `Two`\n\n# $x$ <b>").end().recording())
    theirs = [[{"text/html": "<h1 id='x'>Theirs</h1>"}], [{"text/markdown": "# And theirs"}]]
    listed = []
    for server in (jupyter, plain_jupyter):
        lab = standing_lab_on(server)
        lab.open(write_outputs(server, [answer], *theirs, [heading("The last of all")]), kernel=False)
        listed.append(list_headings(lab, "The last of all"))
    assert len(listed[0]) == 6
    assert listed[0] == listed[1]


def is_jupyters_own(request: Request) -> bool:
    address = urlsplit(request.url)
    return (
        address.scheme in {"blob", "data"}
        or request.resource_type == "document"
        or (address.hostname == "127.0.0.1" and bool(JUPYTERS_OWN.match(address.path)))
    )
