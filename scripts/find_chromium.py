"""Print the path of a Chromium that starts on this machine; with --install, put one there if there is none.

Looked for in this order: the one that BEDROCK_NB_CHROMIUM names, the system's, Playwright's own. Installed from the
system's package manager where that needs no password, else from Playwright, which keeps it inside the virtual
environment.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

CHOICE = "BEDROCK_NB_CHROMIUM"
START_LIMIT_SECONDS = 60
INSTALL_LIMIT_SECONDS = 900

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# A font comes along: a page without one has no letters.
PACKAGE_MANAGERS = {
    "apt-get": (("update",), ("install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core")),
    "dnf": (("install", "--assumeyes", "chromium", "dejavu-sans-fonts"),),
    "apk": (("add", "chromium", "font-dejavu"),),
    "pacman": (("--sync", "--refresh", "--noconfirm", "chromium", "ttf-dejavu"),),
    "zypper": (("--non-interactive", "install", "chromium", "dejavu-fonts"),),
}
ADVICE = f"""\
The browser tests need a Chromium, and none could be found or installed. Either
  - install one yourself, for example: sudo apt-get install chromium
  - or name one that is already here:  export {CHOICE}=/path/to/chromium
and run the same command again."""

# Playwright then keeps its browsers inside the virtual environment, where `make clean` finds them.
os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", "0")


def main() -> int:
    """Print a path and return 0, or say what to do and return 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--install", action="store_true", help="install a Chromium if there is none")
    install_if_missing = parser.parse_args().install
    chosen = os.environ.get(CHOICE)
    if chosen and not starts(chosen):
        print(f"{CHOICE} names {chosen}, which does not start as a Chromium.", file=sys.stderr)
        return 1
    path = chosen or find() or (install() if install_if_missing else None)
    print(path or ADVICE, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


def find() -> str | None:
    """The first Chromium on this machine that starts."""
    return next(filter(starts, _candidates()), None)


def starts(path: str) -> bool:
    """Whether the program draws a page: a stub that asks for another package, or lacks a library, does not."""
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom")
    return "<html>" in _output([path, *flags, "about:blank"], START_LIMIT_SECONDS)


def install() -> str | None:
    """Install a Chromium in the first way that works, and give its path."""
    for name, commands in _ways_to_install():
        print(f"No Chromium here. Installing one with {name}: it may take some minutes.", file=sys.stderr)
        for command in commands:
            _output(command, INSTALL_LIMIT_SECONDS, show_failure=True)
        if path := find():
            return path
    return None


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, (*NAMES, *MAC_APPLICATIONS)))
    if find_spec("playwright"):
        from playwright.sync_api import sync_playwright  # only the dev dependencies bring it

        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
        if Path(own).exists():
            yield own


def _ways_to_install() -> Iterator[tuple[str, list[list[str]]]]:
    """Names of installers that are here, each with the commands to run."""
    as_root = _prefix_for_root()
    if as_root is not None:
        for name, steps in PACKAGE_MANAGERS.items():
            if program := shutil.which(name):
                yield name, [[*as_root, program, *step] for step in steps]
    if find_spec("playwright"):
        with_libraries = [] if as_root is None else ["--with-deps"]
        yield "Playwright", [[sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"]]


def _prefix_for_root() -> list[str] | None:
    """What to put before a command that needs root: nothing, a sudo that asks no password, or None for no way."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _output(command: list[str], limit_seconds: int, *, show_failure: bool = False) -> str:
    """What the command prints, or "" when it fails, for what reason soever."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit_seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = str(error)
    else:
        if ended.returncode == 0:
            return ended.stdout
        problem = (ended.stdout + ended.stderr)[-1500:]
    if show_failure:
        print(f"{' '.join(command)} failed:\n{problem}", file=sys.stderr)
    return ""


if __name__ == "__main__":
    sys.exit(main())
