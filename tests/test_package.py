"""The wheel as a user gets it: built, looked into, installed where nothing else is, used, and removed."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bedrock_nb.local import LocalBedrock

ROOT = Path(__file__).parents[1]
STARTUP = "etc/ipython/startup/50-bedrock-nb.py"
EXTENSION = "share/jupyter/labextensions/bedrock-nb"
QUICKSTART_CELL = "%%bedrock answer << -m local.scripted-quickstart-v1:0\nWhat is the weather in Oslo?"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel) -> set[str]:
    """The names of the files in the wheel; what goes beside site-packages begins with `data/`."""
    with zipfile.ZipFile(wheel) as archive:
        return {name.partition(".data/")[2] or name for name in archive.namelist()}


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory, outer_environment) -> Path:
    """A new virtual environment in which the wheel and a kernel were installed, and nothing else was."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--quiet", wheel, "ipykernel"]
    subprocess.run(install, env=outer_environment, check=True)
    return folder


def files_under(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def shared_files() -> set[str]:
    """Where all that pyproject.toml lays beside the package comes to lie: single files, and what is in folders."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shared = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    files = {target for source, target in shared.items() if (ROOT / source).is_file()}
    return files | {f"{target}/{name}" for source, target in shared.items() for name in files_under(ROOT / source)}


def test_the_wheel_has_every_file_of_the_package(contents):
    package = {f"bedrock_nb/{name}" for name in files_under(ROOT / "bedrock_nb")}
    assert package <= contents
    assert "bedrock_nb/py.typed" in package
    assert [name for name in package if name.endswith(".js")]


def test_the_wheel_has_what_goes_beside_the_package(contents):
    beside = shared_files()
    assert STARTUP in beside
    assert {name for name in contents if name.startswith("data/")} == {f"data/{name}" for name in beside}


def test_the_wheel_has_nothing_else(contents):
    tops = {name.partition("/")[0] for name in contents}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bedrock_nb", "data"}


def run_in_kernel_of(environment: Path, folder: Path, *cells: str) -> list[list[nbformat.NotebookNode]]:
    """Each cell's outputs, from a kernel of that environment."""
    kernel = folder / "kernels" / "fresh"
    kernel.mkdir(parents=True)
    command = [str(environment / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Fresh", "language": "python"}))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, kernel_name="fresh", extra_arguments=["--log-level=ERROR"])
    return [cell.outputs for cell in client.execute(cwd=str(folder)).cells]


def test_a_cell_is_answered_with_nothing_loaded_by_hand(environment, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    with LocalBedrock() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", endpoint.url)
        [shown], [value], [origin] = run_in_kernel_of(
            environment, tmp_path, QUICKSTART_CELL, "answer.complete", "import bedrock_nb; print(bedrock_nb.__file__)"
        )
    assert Path(origin.text).is_relative_to(environment)
    assert value.data["text/plain"] == "True"
    assert "application/vnd.jupyter.widget-view+json" not in shown.data
    assert "<script" not in shown.data["text/html"]
    assert "scripted" in shown.data["text/plain"]


def test_jupyterlab_finds_the_extension_and_calls_it_by_the_packages_version(environment, home, outer_environment):
    variables = outer_environment | {"HOME": str(home), "JUPYTER_PATH": str(environment / "share" / "jupyter")}
    command = [sys.executable, "-m", "jupyterlab.labextensions", "list"]
    listed = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", listed.stdout + listed.stderr)
    _, _, rest = plain.partition(f"{environment}/share/jupyter/labextensions\n")
    assert f"bedrock-nb v{version('bedrock-nb')} enabled OK (python, bedrock-nb)" in rest.splitlines()[0]


def test_uninstalling_leaves_no_file_and_no_complaint(environment, home, outer_environment):
    installed = [environment / name for name in shared_files()]
    assert [path for path in installed if not path.exists()] == []
    left_over = home / ".ipython" / "profile_default" / "startup"
    left_over.mkdir(parents=True)
    shutil.copy(environment / STARTUP, left_over)
    python = environment / "bin" / "python"
    uninstall = [python, "-m", "pip", "uninstall", "--quiet", "--yes", "bedrock-nb"]
    subprocess.run(uninstall, env=outer_environment, check=True)
    assert [path for path in installed if path.exists()] == []
    assert not (environment / EXTENSION).exists()
    start = [python, "-m", "IPython", "-c", "print('well')"]
    ended = subprocess.run(start, cwd=home, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("well\n", "")
