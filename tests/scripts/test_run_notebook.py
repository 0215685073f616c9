"""The demo's runner, as a program with a real kernel."""

import subprocess
import sys
from pathlib import Path

import nbformat

from browser.lab import write_notebook

SCRIPT = Path(__file__).parents[2] / "scripts" / "run_notebook.py"
ASKS_BEDROCK = """
import boto3
client = boto3.client("bedrock-runtime")
message = {"role": "user", "content": [{"text": "hello"}]}
answer = client.converse(modelId="local.scripted-default-v1:0", messages=[message])
print(answer["output"]["message"]["content"][0]["text"])
"""


def run(tmp_path: Path, *cells: str) -> subprocess.CompletedProcess:
    notebook = write_notebook(tmp_path / "example.ipynb", cells)
    command = [sys.executable, SCRIPT, notebook, "--into", tmp_path / "results"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_each_cell_is_printed_with_what_it_shows_and_the_results_are_left(tmp_path):
    ended = run(tmp_path, ASKS_BEDROCK, "6 * 7")
    assert ended.returncode == 0, ended.stderr
    assert "│ 6 * 7\n\n42" in ended.stdout
    assert "scripted answer" in ended.stdout
    executed = nbformat.read(tmp_path / "results" / "example.ipynb", as_version=4)
    assert executed.cells[1].outputs[0].data["text/plain"] == "42"
    page = (tmp_path / "results" / "example.html").read_text()
    assert "scripted answer" in page
    assert "<script" not in page


def test_a_cell_that_fails_ends_the_run_and_is_left_to_look_at(tmp_path):
    ended = run(tmp_path, "1 / 0", "'never run'")
    assert ended.returncode == 1
    assert "Stopped at a cell that failed: ZeroDivisionError: division by zero" in ended.stdout
    executed = nbformat.read(tmp_path / "results" / "example.ipynb", as_version=4)
    assert [len(cell.outputs) for cell in executed.cells] == [1, 0]


def test_nothing_of_the_users_is_read_or_written(tmp_path, home):
    (home / ".ipython" / "profile_default" / "startup").mkdir(parents=True)
    (home / ".ipython" / "profile_default" / "startup" / "mine.py").write_text("mine = 1")
    before = sorted(home.rglob("*"))
    ended = run(tmp_path, "'mine' in globals()", "import boto3; boto3.Session().get_credentials().access_key")
    assert "│ 'mine' in globals()\n\nFalse" in ended.stdout
    assert "'local'" in ended.stdout
    assert sorted(home.rglob("*")) == before
