"""Prompts look like prompts: what the colours in an editor say about each word of a cell."""

import pytest

PROMPT = """%%bedrock answer << -m local.scripted-default-v1:0 --temperature 0.2 -s "be brief"
# What I want

Compare **these** two and say `why`:

- the table {{df.describe(percentiles=[0.5])}}
- and {not this}, nor {{ this

```python
total = sum(range(10))
```"""
PYTHON = "import math  # a comment\nprint('%%bedrock', {'a': {'b': 1}})"

# The text and colour of each stretch of a cell's first lines, as they are painted.
PAINTED = """cell => [...cell.querySelectorAll(".cm-line")].map(line => {
    const words = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const found = [];
    while (words.nextNode()) {
        const style = getComputedStyle(words.currentNode.parentElement);
        found.push([words.currentNode.data.trim(), style.color, style.fontWeight]);
    }
    return found.filter(([text]) => text);
})"""
LANGUAGES = "() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.mimeType)"
SET_SOURCE = """([index, source]) =>
    window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.setSource(source)"""


def painted(lab, index: int = 0) -> dict[str, tuple[str, str]]:
    """The colour and the weight of each stretch of text; of the first where it is there twice."""
    found: dict[str, tuple[str, str]] = {}
    for line in lab.cell(index).evaluate(PAINTED):
        for text, colour, weight in line:
            found.setdefault(text, (colour, weight))
    return found


@pytest.fixture(params=["newest JupyterLab", "newest Notebook", "oldest JupyterLab"])
def each_app(request, tab_on):
    """A tab in each application."""
    server = request.getfixturevalue("jupyter" if "newest" in request.param else "oldest_jupyter")
    return tab_on(server, "lab" if "JupyterLab" in request.param else "notebook")


def test_a_prompt_is_markdown_with_a_command_and_python_in_it(each_app):
    each_app.open([PROMPT, PYTHON])
    each_app.cell(0).locator(".cm-line span", has_text="%%bedrock").first.wait_for()
    for shade in ("light", "dark"):
        if each_app.app == "lab":
            each_app.use_theme(shade)
            each_app.screenshot(f"prompt-{shade}", each_app.cell(0))
        words = painted(each_app)
        plain = words["the table"]
        for word in ("%%bedrock", "answer", "<<", "-m", "--temperature", "0.2", '"be brief"'):
            assert words[word][0] != plain[0], word
        assert int(words["What I want"][1]) >= 700
        assert int(words["these"][1]) >= 700
        for word in ("{{", "describe", "0.5"):
            assert words[word][0] != plain[0], word
        assert words["and {not this}, nor {{ this"] == plain
        assert words["sum"][0] != plain[0]
        assert painted(each_app, 1)["# a comment"][0] != painted(each_app, 1)["math"][0]
    assert each_app.console_errors == []


def test_only_prompts_change_their_language_and_they_change_it_back(lab):
    lab.open([PROMPT, PYTHON, "%%bedrocks\n# no", "\n\n  %%bedrock\n# yes", "%%bash\n# no"])
    prompt, python = lab.page.evaluate(LANGUAGES)[:2]
    assert lab.page.evaluate(LANGUAGES) == [prompt, python, python, prompt, python]
    lab.page.evaluate(SET_SOURCE, [0, PROMPT.removeprefix("%")])
    lab.page.evaluate(SET_SOURCE, [1, f"%%bedrock\n{PYTHON}"])
    assert lab.page.evaluate(LANGUAGES)[:2] == [python, prompt]
    lab.restart()
    assert lab.page.evaluate(LANGUAGES)[:2] == [python, prompt]
    lab.save()
    lab.reload()
    assert lab.page.evaluate(LANGUAGES)[:2] == [python, prompt]


def test_a_language_is_not_kept_in_the_notebook(lab):
    lab.open([PROMPT])
    lab.save()
    assert "x-bedrock-prompt" not in (lab.server.notebooks / lab.name).read_text()


EDIT_ALL = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
    let changes = 0;
    const count = () => { changes += 1; };
    for (const cell of cells) cell.mimeTypeChanged.connect(count);
    for (let round = 0; round < 4; round += 1) {
        for (const cell of cells) cell.sharedModel.updateSource(cell.sharedModel.source.length, undefined, "#");
    }
    for (const cell of cells) cell.mimeTypeChanged.disconnect(count);
    return changes;
}"""


def test_two_thousand_edits_in_five_hundred_cells_set_no_language_anew(lab):
    """A language that is set makes an editor parse its cell again; what typing costs is in the benchmarks."""
    lab.open([PYTHON] * 495 + [PROMPT] * 5)
    before = lab.page.evaluate(LANGUAGES)
    assert lab.page.evaluate(EDIT_ALL) == 0
    assert lab.page.evaluate(LANGUAGES) == before
