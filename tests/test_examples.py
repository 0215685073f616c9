"""Every notebook in examples/ runs from top to bottom, in a real kernel, with no account and no network."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.ipynb"))
EXPECTED = {"quickstart", "chat", "tools", "structured_output", "attachments", "replay", "dataframes"}
LIMIT_SECONDS = 120
WIDGET = "application/vnd.jupyter.widget-view+json"


def name(path):
    return path.stem


def cells(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def test_there_is_one_for_each_thing_that_people_come_for():
    assert {path.stem for path in EXAMPLES} >= EXPECTED


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_it_is_kept_without_outputs_and_reads_by_itself(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert not any(cell.outputs or cell.execution_count for cell in cells(notebook, "code"))
    assert len(cells(notebook, "markdown")) * 2 >= len(cells(notebook, "code"))
    assert max(len(line) for cell in notebook.cells for line in cell.source.splitlines()) <= 125


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_it_runs_from_top_to_bottom(path, home, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(home / "ipython"))
    for variable in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(variable)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=LIMIT_SECONDS,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute(cwd=str(tmp_path))
    asked = [cell for cell in cells(notebook, "code") if cell.source.startswith("%%bedrock")]
    assert asked
    for cell in asked:
        shown = [output.data for output in cell.outputs if "data" in output]
        assert shown
        assert all(WIDGET not in data for data in shown)
    warned = [
        output.text for cell in notebook.cells for output in cell.get("outputs", ()) if output.get("name") == "stderr"
    ]
    assert warned == []
