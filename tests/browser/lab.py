"""A notebook open in a real browser, driven as a person would: click a cell, press keys, look at what is there."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request

from browser.server import JupyterServer

App = Literal["lab", "notebook"]

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
LOCAL_HOSTS = {"127.0.0.1", "localhost", ""}

# What Notebook 7 writes to its console for an empty notebook, with no extension of anyone's; what ipywidgets does when
# its notebook loses its kernel; and Notebook 7.2 when it has saved.
JUPYTERS_OWN_ERRORS = {
    "Cannot read properties of undefined (reading 'schema')",
    "Command 'filebrowser:open-path' not registered.",
    "Cannot read properties of null (reading 'kernel')",
    "Cannot read properties of undefined (reading 'last_modified')",
}

# The notebook that is in front, as the page's own JavaScript knows it.
_PANEL = "window.jupyterapp?.shell?.currentWidget"
_KERNEL = f"{_PANEL}.sessionContext.session?.kernel"

_fresh_number = count()


def write_notebook(path: Path, cells: Sequence[str]) -> Path:
    """Write a notebook of code cells, one for each source, with no output."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, path)
    return path


class Lab:
    """One browser tab on one server, in JupyterLab (`app="lab"`) or Notebook 7 (`app="notebook"`).

    Cells are counted from 0. `requests` lists all that the page asked for, `outside_requests` every address beyond
    this machine, and `console_errors` every error that the page wrote to its console, except Jupyter's own.
    """

    def __init__(self, page: Page, server: JupyterServer, app: App = "lab") -> None:
        self.page = page
        self.app = app
        self.server = server
        self.name = ""
        self.console_errors: list[str] = []
        self.requests: list[Request] = []
        page.on("console", self._note_console)
        page.on("pageerror", self._note_error)
        page.on("request", self._note_request)
        page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?", asked on reload

    def open(self, notebook: Path | Sequence[str], *, kernel: bool = True) -> None:
        """Open a notebook, or write one from cell sources and open it; with its kernel answering, or with none.

        Args:
            notebook: A file under the server's `notebooks`, or the sources of the cells to write.
            kernel: False opens the notebook with no kernel at all, as one looks into a finished notebook.
                Only JupyterLab can.
        """
        if not isinstance(notebook, Path):
            notebook = write_notebook(self.server.notebooks / f"notebook-{next(_fresh_number)}.ipynb", notebook)
        self.name = notebook.relative_to(self.server.notebooks).as_posix()
        if not kernel and self.app != "lab":
            raise ValueError("Notebook 7 always starts a kernel; open the notebook in JupyterLab.")
        if self.page.locator(".jp-Launcher").is_visible():
            self._open_beside_launcher(kernel=kernel)
        elif kernel:
            self.page.goto(self.server.address(self._address()))
        else:
            self.load_empty()
            self._open_beside_launcher(kernel=False)
        if kernel:
            self.wait_until_kernel_answers()
        else:
            self._wait_for_notebook()

    def load_empty(self) -> None:
        """Load JupyterLab with no notebook open."""
        self.page.goto(self.server.address(f"lab/workspaces/test-{next(_fresh_number)}"))
        self.page.locator(".jp-Launcher").wait_for()

    def close_notebooks(self) -> None:
        """Close all that is open, unsaved: the tab is as good as one that was loaded empty just now."""
        self.page.evaluate("() => { for (const each of [...jupyterapp.shell.widgets('main')]) each.dispose(); }")
        self.page.locator(".jp-Launcher").wait_for()

    def forget(self) -> None:
        """Forget what was asked for, and what was written to the console."""
        self.requests.clear()
        self.console_errors.clear()

    @property
    def outside_requests(self) -> list[str]:
        """The addresses asked for beyond this machine."""
        addresses = [request.url for request in self.requests]
        return [address for address in addresses if urlsplit(address).hostname not in LOCAL_HOSTS | {None}]

    def wait_until_kernel_answers(self) -> None:
        """Wait for the notebook and for a first answer: the page says "idle" before a cell can run."""
        self._wait_for_notebook()
        self.page.wait_for_function(f"() => {_KERNEL}")
        self.page.evaluate(f"async () => {{ await {_KERNEL}.requestExecute({{code: '', silent: true}}).done }}")

    def cell(self, index: int) -> Locator:
        """The cell, with its source and its outputs."""
        return self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}']")

    def scroll_to(self, index: int) -> None:
        """Scroll to the cell; a notebook makes the cells that nobody has seen yet only then."""
        self.page.evaluate(f"async index => {{ await {_PANEL}.content.scrollToItem(index) }}", index)
        self.cell(index).wait_for()

    def output(self, index: int) -> Locator:
        """All that the cell has put out."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def watch_text(self, index: int, selector: str = ".jp-OutputArea-output") -> None:
        """Note from now on each length that a cell's output has, as text, in the first part that `selector` finds."""
        self.cell(index).evaluate(
            """(cell, [index, selector]) => {
                const area = cell.querySelector(".jp-Cell-outputArea");
                const lengths = ((window.textLengths ??= {})[index] = []);
                const note = () => {
                    const length = area.querySelector(selector)?.textContent.length ?? 0;
                    if (length && length !== lengths.at(-1)) lengths.push(length);
                };
                new MutationObserver(note).observe(area, { subtree: true, childList: true, characterData: true });
            }""",
            [index, selector],
        )

    def text_lengths(self, index: int) -> list[int]:
        """The lengths noted since `watch_text`, in order; none stands twice in a row."""
        return self.page.evaluate("index => window.textLengths[index]", index)

    def run_cell(self, index: int, *, wait: bool = True) -> None:
        """Run the cell with Ctrl+Enter; return when its reply has come, or at once with `wait=False`."""
        self.page.evaluate(
            f"""index => {{
                const model = {_PANEL}.content.widgets[index].model;
                const runs = (window.cellRuns ??= {{}});
                runs[index] = "running";
                const noticeEnd = (_, change) => {{
                    if (change.name !== "executionCount" || change.newValue === null) return;
                    model.stateChanged.disconnect(noticeEnd);
                    runs[index] = "done";
                }};
                model.stateChanged.connect(noticeEnd);
            }}""",
            index,
        )
        self.cell(index).locator(".jp-InputArea-prompt").click()
        self.page.keyboard.press("Control+Enter")
        if wait:
            self.wait_until_done(index)

    def wait_until_done(self, index: int) -> None:
        """Wait until the kernel has replied to the cell's last `run_cell`."""
        self.page.wait_for_function("index => window.cellRuns?.[index] === 'done'", arg=index)

    def save(self) -> None:
        """Save the notebook and wait until it lies on disk."""
        self.page.wait_for_function(f"""async () => {{
            await window.jupyterapp.commands.execute("docmanager:save");
            return !{_PANEL}.context.model.dirty;  // an output may have come while it was saved
        }}""")

    def saved_outputs(self, index: int) -> list[nbformat.NotebookNode]:
        """The cell's outputs in the file, as of the last save."""
        return nbformat.read(self.server.notebooks / self.name, as_version=4).cells[index].outputs

    def reload(self) -> None:
        """Load the page anew, as F5 does, unsaved changes and all; a kernel that was shut down starts anew."""
        self.page.reload()
        self.wait_until_kernel_answers()

    def interrupt(self) -> None:
        """Press the notebook's own Stop button."""
        self.page.locator("[data-command='notebook:interrupt-kernel']:visible").click()

    def restart(self) -> None:
        """Restart the kernel, outputs kept, and wait until the new one answers."""
        self.page.evaluate(f"async () => {{ await {_PANEL}.sessionContext.restartKernel() }}")
        self.wait_until_kernel_answers()

    def shutdown_kernel(self) -> None:
        """Shut the kernel down; what the notebook shows stays."""
        self.page.evaluate(f"async () => {{ await {_PANEL}.sessionContext.shutdown() }}")
        self.page.wait_for_function(f"() => !{_PANEL}.sessionContext.session")

    def use_theme(self, shade: Literal["light", "dark"]) -> None:
        """Change the theme, and wait until the page is painted in it."""
        self._command("apputils:change-theme", theme=f"JupyterLab {shade.title()}")
        painted = f"body[data-jp-theme-light={'true' if shade == 'light' else 'false'}]"
        self.page.locator(painted).wait_for(state="attached")
        self._wait_until_splash_is_gone()

    def screenshot(self, name: str, of: Locator | None = None) -> Path:
        """Picture the page, or one part of it, as `build/screenshots/NAME.png`."""
        path = SCREENSHOTS / f"{name}.png"
        (of or self.page).screenshot(path=path)
        return path

    def _address(self) -> str:
        if self.app == "notebook":
            return f"notebooks/{self.name}"
        return f"lab/workspaces/test-{next(_fresh_number)}/tree/{self.name}"

    def _open_beside_launcher(self, *, kernel: bool) -> None:
        preference = {} if kernel else dict.fromkeys(("shouldStart", "canStart", "autoStartDefault"), False)
        self._command("docmanager:open", path=self.name, factory="Notebook", kernelPreference=preference)

    def _wait_for_notebook(self) -> None:
        self.cell(0).wait_for()
        self._wait_until_splash_is_gone()

    def _wait_until_splash_is_gone(self) -> None:
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def _command(self, name: str, **arguments: object) -> None:
        self.page.evaluate(
            "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args) }", [name, arguments]
        )

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_jupyters_own(message.text):
            self.console_errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _note_error(self, error: Error) -> None:
        if not _is_jupyters_own(error.message):
            self.console_errors.append(str(error))

    def _note_request(self, request: Request) -> None:
        self.requests.append(request)


def _is_jupyters_own(error: str) -> bool:
    return any(own in error for own in JUPYTERS_OWN_ERRORS)
