"""The file that makes `%%bedrock` known at IPython's start, run by IPython itself from a profile's startup folder."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

STARTUP = Path(__file__).parents[1] / "jupyter-config" / "ipython" / "startup" / "50-bedrock-nb.py"
IS_LOADED = "import sys; print('bedrock_nb' in sys.modules)"
REGISTERED = """\
for kind in ("line", "cell"):
    print(type(get_ipython().magics_manager.magics[kind].get("bedrock")).__name__)
"""


@pytest.fixture
def ipython(home, monkeypatch):
    """Runs code in a new IPython that has the startup file; what it prints, line by line."""
    monkeypatch.setenv("IPYTHONDIR", str(home / "ipython"))
    folder = home / "ipython" / "profile_default" / "startup"
    folder.mkdir(parents=True)
    shutil.copy(STARTUP, folder)

    def run(*statements: str, options: tuple[str, ...] = ()) -> list[str]:
        command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", *options]
        ended = subprocess.run([*command, "-c", "\n".join(statements)], capture_output=True, text=True, check=False)
        assert ended.stderr == ""
        return ended.stdout.splitlines()

    return run


def test_the_magic_is_known_and_nothing_is_imported(ipython):
    assert ipython(IS_LOADED, "print('bedrock' in get_ipython().magics_manager.lazy_magics)") == ["False", "True"]


def test_no_name_is_left_behind(ipython):
    assert ipython("print([name for name in dir() if 'bedrock' in name or name == 'find_spec'])") == ["[]"]


@pytest.mark.parametrize(
    "first_use",
    [
        "%bedrock help",
        "get_ipython().run_cell('%%bedrock -h\\n')",
        "get_ipython().run_cell_magic('bedrock', '-h', ' ')",
    ],
)
def test_the_first_use_loads_both_magics(ipython, first_use):
    lines = ipython(first_use, IS_LOADED, REGISTERED)
    assert len(lines) > 3
    assert lines[-3:] == ["True", "method", "method"]


@pytest.mark.parametrize("loaded", ["pass", "%load_ext bedrock_nb"])
def test_a_terminal_lets_the_prompt_be_written_below_the_first_line(ipython, loaded):
    typed = ["%%bedrock -m x", "%%bedrock -m x\nhello", "%%bedrock -m x\nhello\n\n"]
    asked = [f"print(get_ipython().check_complete({each!r})[0])" for each in typed]
    assert ipython(loaded, *asked) == ["incomplete", "incomplete", "complete"]


def test_a_users_own_list_of_extensions_may_name_it_too(ipython):
    extensions = ("--ext=bedrock_nb",)
    assert ipython(IS_LOADED, REGISTERED, options=extensions) == ["True", "method", "method"]


def test_loading_it_by_hand_registers_it_once(ipython):
    magic = "get_ipython().magics_manager.magics['cell']['bedrock'].__self__"
    lines = ipython("%load_ext bedrock_nb", f"first = {magic}", "%bedrock help", f"print(first is {magic})")
    assert lines[-1] == "True"


@pytest.mark.parametrize("shell", [None, SimpleNamespace(), SimpleNamespace(magics_manager=SimpleNamespace())])
def test_a_shell_without_lazy_magics_is_left_alone(monkeypatch, capsys, shell):
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    namespace = {}
    exec(compile(STARTUP.read_text(), STARTUP, "exec"), namespace)
    assert set(namespace) == {"__builtins__"}
    assert capsys.readouterr() == ("", "")


def test_a_file_that_outlives_the_package_does_nothing(monkeypatch):
    registered = []
    manager = SimpleNamespace(register_lazy=lambda *names: registered.append(names))
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(magics_manager=manager))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    exec(compile(STARTUP.read_text(), STARTUP, "exec"), {})
    assert registered == []
