"""The oldest JupyterLab and Notebook that the lab extension is for, in an environment of their own."""

import fcntl
import json
import subprocess
import sys
from pathlib import Path

PACKAGES = ("jupyterlab==4.2.*", "notebook==7.2.*")


def python_of_oldest(cache: Path, environment: dict[str, str]) -> Path:
    """The Python of an environment with these packages; it is made once and kept under `cache`."""
    python = cache / "venv" / "bin" / "python"
    stamp = cache / "installed.txt"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests in other processes want it at the same time
        if not stamp.exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", cache / "venv"], check=True)
            install = [python, "-m", "pip", "install", "--quiet", "--quiet", *PACKAGES]
            subprocess.run(install, env=environment, check=True)
            stamp.write_text("\n".join(PACKAGES))
    return python


def shared_with_oldest(folder: Path) -> str:
    """A JUPYTER_PATH with what the tests' own environment lends: its kernel, and the extensions under test."""
    extensions, kernel = folder / "labextensions", folder / "kernels" / "python3"
    extensions.mkdir(parents=True)
    kernel.mkdir(parents=True)
    installed = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    for name in ("bedrock-nb", "anywidget", "@jupyter-widgets"):
        (extensions / name).symlink_to(installed / name)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": command, "display_name": "Python 3", "language": "python"}))
    return str(folder)
