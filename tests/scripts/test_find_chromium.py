"""The search is run as a program, with a PATH on which only made-up programs lie."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "find_chromium.py"
DRAWS_A_PAGE = "#!/bin/sh\necho '<html></html>'\n"
ASKS_FOR_ANOTHER_PACKAGE = "#!/bin/sh\necho 'please install the other package' >&2\nexit 1\n"


@pytest.fixture
def programs(tmp_path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(script)
    program.chmod(0o755)
    return program


def search(programs: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """Run the search where Playwright has no browser of its own and cannot fetch one."""
    environment = {
        "PATH": str(programs),
        "PLAYWRIGHT_BROWSERS_PATH": str(programs / "playwright"),
        "PLAYWRIGHT_DOWNLOAD_HOST": "http://127.0.0.1:9",
    }
    command = [sys.executable, SCRIPT, *arguments]
    return subprocess.run(command, env=environment | variables, capture_output=True, text=True, check=False)


def test_a_chromium_on_the_path_is_found(programs):
    chromium = put(programs, "google-chrome", DRAWS_A_PAGE)
    assert search(programs).stdout.strip() == str(chromium)


def test_a_program_that_only_bears_the_name_is_passed_over(programs):
    put(programs, "chromium-browser", ASKS_FOR_ANOTHER_PACKAGE)
    chromium = put(programs, "google-chrome", DRAWS_A_PAGE)
    assert search(programs).stdout.strip() == str(chromium)


def test_a_named_chromium_comes_first(programs):
    put(programs, "chromium", DRAWS_A_PAGE)
    named = put(programs, "mine", DRAWS_A_PAGE)
    assert search(programs, BEDROCK_NB_CHROMIUM=str(named)).stdout.strip() == str(named)


def test_a_named_chromium_that_does_not_start_is_an_error_and_not_replaced(programs):
    put(programs, "chromium", DRAWS_A_PAGE)
    ended = search(programs, BEDROCK_NB_CHROMIUM="/nowhere/chromium")
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "/nowhere/chromium, which does not start" in ended.stderr


def test_with_none_the_search_fails_and_says_what_to_do(programs):
    ended = search(programs)
    assert ended.returncode == 1
    assert "install one yourself" in ended.stderr
    assert "BEDROCK_NB_CHROMIUM=" in ended.stderr


def test_an_installed_chromium_is_looked_for_again(programs):
    """A package manager that puts a Chromium on the PATH, asked in the way that needs no password."""
    installs = f"#!/bin/sh\n[ $1 = install ] || exit 0\nprintf '%s' \"{DRAWS_A_PAGE}\" >{programs}/chromium\n"
    put(programs, "apt-get", installs + f"/bin/chmod +x {programs}/chromium\n")
    put(programs, "sudo", '#!/bin/sh\nshift\n[ "$1" = true ] || exec "$@"\n')
    ended = search(programs, "--install")
    assert ended.stdout.strip() == str(programs / "chromium")
    assert "apt-get" in ended.stderr
