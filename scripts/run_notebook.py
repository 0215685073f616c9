"""Run a notebook from top to bottom in a real kernel, and print for each cell what a reader sees, as it comes.

boto3 in the kernel speaks to the embedded endpoint, and nothing of the user's configuration is read. The executed
notebook and an HTML page of it are left in a folder.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

from bedrock_nb.local import LocalBedrock
from local_aws import local_aws_environment
from terminal import Terminal

PACE_SECONDS = 0.02
CELL_LIMIT_SECONDS = 120

# nbconvert's page, without the scripts that it would fetch from elsewhere.
PAGE = """\
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
"""


class ReadAloud(NotebookClient):
    """Runs the cells, and hands the terminal each message of the kernel when it arrives."""

    def __init__(self, notebook: nbformat.NotebookNode, terminal: Terminal) -> None:
        super().__init__(
            notebook,
            kernel_name="python3",
            timeout=CELL_LIMIT_SECONDS,
            store_widget_state=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
            on_cell_start=terminal.show_source,
        )
        self._terminal = terminal

    def process_message(self, msg: dict[str, Any], cell: nbformat.NotebookNode, cell_index: int) -> Any:
        """Print what the message shows, and keep it in the notebook as usual."""
        self._terminal.show_message(msg["msg_type"], msg["content"])
        return super().process_message(msg, cell, cell_index)


def main() -> int:
    """Run the notebook that the command line names; 0 when every cell has run, else 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="where the results are left")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.read(arguments.notebook, as_version=4)
    terminal = Terminal(sys.stdout)
    started = time.monotonic()
    failure = run(notebook, terminal, cwd=arguments.into)
    executed, page = leave_behind(notebook, arguments.into / arguments.notebook.name)
    if failure:
        terminal.say(f"Stopped at a cell that failed: {failure.ename}: {failure.evalue}")
    else:
        terminal.say(f"Every cell ran, in {time.monotonic() - started:.0f} s.")
    terminal.say(f"The executed notebook: {executed}\nThe same as a page:    {page}")
    return 1 if failure else 0


def run(notebook: nbformat.NotebookNode, terminal: Terminal, cwd: Path) -> CellExecutionError | None:
    """Fill in the notebook's outputs; the error of the cell at which it had to stop."""
    with (
        LocalBedrock(pace=PACE_SECONDS) as endpoint,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
    ):
        environment = local_aws_environment(endpoint.url) | own_jupyter_folders(Path(home))
        os.environ.clear()  # for the search for a kernel as well, not for the kernel alone
        os.environ.update(environment)
        try:
            ReadAloud(notebook, terminal).execute(cwd=str(cwd))
        except CellExecutionError as error:
            return error
    return None


def own_jupyter_folders(home: Path) -> dict[str, str]:
    """The variables that put an empty folder in place of the user's home, IPython profile and Jupyter folders."""
    return {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def leave_behind(notebook: nbformat.NotebookNode, path: Path) -> tuple[Path, Path]:
    """Write the executed notebook, and beside it a page that needs nothing but itself."""
    nbformat.write(notebook, path)
    page = path.with_suffix(".html")
    exporter = HTMLExporter(raw_template=PAGE, embed_images=True)
    page.write_text(exporter.from_notebook_node(notebook)[0], encoding="utf-8")
    return path, page


if __name__ == "__main__":
    sys.exit(main())
