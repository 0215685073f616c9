import atexit

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from bedrock_nb.local import LocalBedrock
from bedrock_nb.notebook import chats, local_endpoint
from bedrock_nb.notebook.options import aliases, defaults

ECHO = "local.scripted-echo-v1:0"
"""A model that answers with the prompt, word for word."""


@pytest.fixture(autouse=True)
def nothing_set(tmp_path, monkeypatch):
    """No default is left from another test, and no pyproject.toml is near."""
    monkeypatch.chdir(tmp_path)
    yield
    local_endpoint.stop()
    defaults._notebook.clear()
    aliases._of_the_notebook.clear()
    chats.CHATS._by_name.clear()


@pytest.fixture(scope="session")
def served():
    """An endpoint for all tests; it remembers the newest requests only."""
    with LocalBedrock() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint(served, monkeypatch):
    """The endpoint that every call of this test goes to."""
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BEDROCK_NB_STORE", "off")
    return served


@pytest.fixture
def shell(home, monkeypatch):
    """An IPython shell with the extension loaded."""
    monkeypatch.setenv("IPYTHONDIR", str(home / "ipython"))
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.run_line_magic("load_ext", "bedrock_nb")
    yield shell
    shell.run_line_magic("unload_ext", "bedrock_nb")
    shell.restore_sys_module_state()
    atexit.unregister(shell.atexit_operations)  # it would keep the shell, and collect all garbage once for each at exit
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell):
    """Runs a cell, and gives IPython's result of it; what went wrong is in `error_in_exec`."""
    return shell.run_cell
