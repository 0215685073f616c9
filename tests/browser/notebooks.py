"""Notebooks with outputs, made by hand: nobody has signed them, so Jupyter does not trust them until it is told to."""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary

from browser.server import JupyterServer

_fresh_number = count()


def write_outputs(server: JupyterServer, *cells: Sequence[Mapping[str, Any]]) -> Path:
    """Write a notebook in which each cell has these outputs, each given by MIME type."""
    path = server.notebooks / f"outputs-{next(_fresh_number)}.ipynb"
    nbformat.write(
        nbformat.v4.new_notebook(
            cells=[
                nbformat.v4.new_code_cell(
                    "...", outputs=[nbformat.v4.new_output("display_data", data=dict(bundle)) for bundle in outputs]
                )
                for outputs in cells
            ],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        ),
        path,
    )
    return path


def trust(server: JupyterServer, notebook: Path) -> Path:
    """Sign a notebook as `jupyter trust` does for the server's user."""
    NotebookNotary(data_dir=str(server.notebooks.parent / "home" / "data")).sign(nbformat.read(notebook, as_version=4))
    return notebook
