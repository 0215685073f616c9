"""A JupyterLab and Notebook 7 of our own: fresh folders, a free port, nobody's configuration."""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from waiting import eventually

START_LIMIT_SECONDS = 60

_QUIET_AND_ALONE = (
    "--no-browser",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--ServerApp.jpserver_extensions={'jupyter_server_terminals': False}",
    "--LanguageServerManager.autodetect=False",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.expose_app_in_browser=True",
    "--JupyterNotebookApp.expose_app_in_browser=True",
)


@dataclass
class JupyterServer:
    """One running server. Its notebooks lie in `notebooks`; its own files and its log in `home`."""

    process: subprocess.Popen
    url: str
    token: str
    notebooks: Path
    log: Path

    def address(self, path: str) -> str:
        """The full address of a path on this server, with the token that lets a browser in."""
        return f"{self.url}{path}?token={self.token}"

    def end_kernels(self) -> None:
        """Shut down every kernel, so that the next notebook finds a machine at rest."""
        for session in json.loads(self._ask("GET", "api/sessions")):
            self._ask("DELETE", f"api/sessions/{session['id']}")

    def stop(self) -> None:
        """Ask the server to end, kernels included, and wait until it has."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _ask(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.read()


def start_server(
    folder: Path, *, python: Path | str = sys.executable, disabled: Sequence[str] = (), **variables: str
) -> JupyterServer:
    """Start a server whose every file is under `folder`.

    Args:
        folder: It is made.
        python: Of the environment whose JupyterLab is started.
        disabled: The names of lab extensions to leave out.
        variables: What to add to the environment of the server and its kernels.
    """
    notebooks, home, log = folder / "notebooks", folder / "home", folder / "server.log"
    notebooks.mkdir(parents=True)
    home.mkdir()
    _decline_news(home / "settings")
    _disable(disabled, home / "config")
    token = secrets.token_hex(16)
    command = [str(python), "-m", "jupyterlab", *_QUIET_AND_ALONE, f"--ServerApp.root_dir={notebooks}"]
    if os.geteuid() == 0:
        command.append("--allow-root")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=_environment(home, token) | variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = JupyterServer(process, "", token, notebooks, log)
    try:
        _wait_for_address(home / "runtime" / f"jpserver-{process.pid}.json", server)
    except BaseException:
        server.stop()
        raise
    return server


def _decline_news(settings: Path) -> None:
    """Answer beforehand what JupyterLab asks each new user."""
    choice = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    choice.parent.mkdir(parents=True)
    choice.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))


def _disable(extensions: Sequence[str], configuration: Path) -> None:
    """Disable extensions as `jupyter labextension disable` does for one user."""
    choice = configuration / "labconfig" / "page_config.json"
    choice.parent.mkdir(parents=True)
    choice.write_text(json.dumps({"disabledExtensions": dict.fromkeys(extensions, True)}))


def _environment(home: Path, token: str) -> dict[str, str]:
    """The test's environment, with every place Jupyter or IPython looks for files moved under `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    return kept | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_TOKEN": token,
    }


def _wait_for_address(notice: Path, server: JupyterServer) -> None:
    """Take the server's address from the notice that it writes, and wait until it answers there."""

    def has_begun() -> bool:
        assert server.process.poll() is None, has_not_begun()
        with suppress(FileNotFoundError, json.JSONDecodeError, URLError):  # not written, half written, not yet open
            server.url = json.loads(notice.read_text())["url"]
            server._ask("GET", "api/status")
            return True
        return False

    def has_not_begun() -> str:
        return f"JupyterLab did not start. Its log says:\n{server.log.read_text(errors='replace')}"

    eventually(has_begun, START_LIMIT_SECONDS, has_not_begun)
