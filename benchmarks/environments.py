"""A virtual environment for each peer, at pinned versions, so that none stands in another's way."""

import hashlib
import subprocess
import sys
import venv
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = Path(__file__).parent / "requirements"
FOLDER = ROOT / "build" / "bench" / "venvs"
KERNEL = "ipykernel==7.4.0"
SIDE_BY_SIDE = 3
"""Environments that are made at once: pip waits for the network half of the time."""


@dataclass(frozen=True)
class Environments:
    """The interpreters of the environments that could be made, and what pip said of the others.

    `installed` names those that had to be made just now.
    """

    pythons: Mapping[str, Path]
    failures: Mapping[str, str]
    installed: list[str]

    def versions(self) -> dict[str, list[str]]:
        """All that is installed in each."""
        return {
            name: _pip("list", "--format=freeze", python=python).stdout.split() for name, python in self.pythons.items()
        }


def make_environments() -> Environments:
    """Make each environment that is missing or whose requirements have changed."""
    pythons: dict[str, Path] = {}
    failures: dict[str, str] = {}
    installed: list[str] = []
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        made = {
            requirements: pool.submit(_make, requirements, _python(requirements))
            for requirements in sorted(REQUIREMENTS.glob("*.txt"))
        }
    for requirements, making in made.items():
        try:
            installed += [requirements.stem] * making.result()
        except subprocess.CalledProcessError as error:
            failures[requirements.stem] = error.stderr.strip().rpartition("\n")[2]
        else:
            pythons[requirements.stem] = _python(requirements)
    return Environments(pythons, failures, installed)


def ready_pythons() -> dict[str, Path]:
    """The interpreters of the environments that are there; nothing is installed."""
    pythons = {requirements: _python(requirements) for requirements in sorted(REQUIREMENTS.glob("*.txt"))}
    return {requirements.stem: python for requirements, python in pythons.items() if _is_ready(requirements, python)}


def _python(requirements: Path) -> Path:
    return FOLDER / requirements.stem / "bin" / "python"


def _stamp(python: Path) -> Path:
    return python.parents[1] / "requirements.sha256"


def _digest(requirements: Path) -> str:
    """What has to be installed; for our own environment that also stands in `pyproject.toml`."""
    ours = (ROOT / "pyproject.toml").read_bytes() if b"--editable" in requirements.read_bytes() else b""
    return hashlib.sha256(requirements.read_bytes() + KERNEL.encode() + ours).hexdigest()


def _is_ready(requirements: Path, python: Path) -> bool:
    stamp = _stamp(python)
    return stamp.exists() and stamp.read_text() == _digest(requirements)


def _make(requirements: Path, python: Path) -> bool:
    """Install the requirements, unless the stamp says that just these are installed; whether it was needed."""
    if _is_ready(requirements, python):
        return False
    print(f"Installing {requirements.stem} …", flush=True)
    venv.create(python.parents[1], clear=True)
    _pip("install", "--quiet", "--requirement", str(requirements), KERNEL, python=python)
    _stamp(python).write_text(_digest(requirements))
    return True


def _pip(*words: str, python: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
