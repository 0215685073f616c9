"""A virtual environment for each peer, at pinned versions, so that none stands in another's way."""

import hashlib
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = Path(__file__).parent / "requirements"
FOLDER = ROOT / "build" / "bench" / "venvs"
KERNEL = "ipykernel==7.4.0"


@dataclass(frozen=True)
class Environments:
    """The environments that could be made, with all that is installed there; and what pip said of the others."""

    pythons: Mapping[str, Path]
    failures: Mapping[str, str]
    versions: Mapping[str, list[str]]


def make_environments() -> Environments:
    """Make each environment that is missing or whose requirements have changed."""
    pythons: dict[str, Path] = {}
    failures: dict[str, str] = {}
    versions: dict[str, list[str]] = {}
    for requirements in sorted(REQUIREMENTS.glob("*.txt")):
        name = requirements.stem
        python = FOLDER / name / "bin" / "python"
        try:
            _make(requirements, python)
        except subprocess.CalledProcessError as error:
            failures[name] = error.stderr.strip().splitlines()[-1]
        else:
            pythons[name] = python
            versions[name] = _pip("list", "--format=freeze", python=python).stdout.split()
    return Environments(pythons, failures, versions)


def _make(requirements: Path, python: Path) -> None:
    """Install the requirements, unless the stamp says that just these are installed."""
    stamp = python.parents[1] / "requirements.sha256"
    digest = hashlib.sha256(requirements.read_bytes() + KERNEL.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"Installing {requirements.stem} …", flush=True)
    venv.create(python.parents[1], clear=True)
    _pip("install", "--quiet", "--requirement", str(requirements), KERNEL, python=python)
    stamp.write_text(digest)


def _pip(*words: str, python: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
