"""What the lab extension costs a notebook of 500 cells: opening it and typing in it, with the extension and without.

python benchmarks/coloured_prompts.py

Both are opened in the same JupyterLab and Chromium, in turns. What is told is the work of the page's main thread, which
other programs on the machine change little.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from figures import Figure, in_turns, tell
from peers import OURS
from playwright.sync_api import Browser, sync_playwright

from lab import CHROMIUM_FLAGS, JupyterServer, Lab, chromium, main_thread, start_server

CELLS = 500
ROUNDS = 5
TYPED = "total = sum(value * 2 for value in values if value)  # typed\n"
EXTENSION = "bedrock-nb"
WITHOUT = "without the extension"
_CODE = "def measure_{0}(values):\n    return [value * {0} for value in values if value > 3]"
_PROMPT = (
    "%%bedrock -m local.scripted-default-v1:0\nWhy is **{{{{things[{0}]}}}}** so?\n\n- Give `three` reasons\n- be brief"
)


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Seconds of the main thread for each; one round before them does not count."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright, ExitStack() as stack:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        stack.callback(browser.close)
        servers = {
            OURS: stack.enter_context(_server(Path(folder) / "with")),
            WITHOUT: stack.enter_context(_server(Path(folder) / "without", EXTENSION)),
        }
        ways = {name: lambda server=server: _spent(browser, server) for name, server in servers.items()}
        taken = in_turns(ways, 1 + rounds)
    return [
        Figure(way, name, "s", tuple(spent[place] for spent in all_spent[1:]))
        for way, all_spent in taken.items()
        for place, name in enumerate(
            (f"open a notebook of {CELLS} cells", "type a line of code", "type a line of prompt")
        )
    ]


@contextmanager
def _server(folder: Path, *disabled: str) -> Iterator[JupyterServer]:
    server = start_server(folder, disabled=disabled)
    try:
        yield server
    finally:
        server.stop()


def _spent(browser: Browser, server: JupyterServer) -> tuple[float, float, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        lab = Lab(page, server)
        lab.open([(_PROMPT if number % 2 else _CODE).format(number) for number in range(CELLS)], kernel=False)
        lab.cell(1).locator(".cm-line").first.wait_for()
        moments = [main_thread(devtools)]
        for number in (0, 1):
            _type(lab, number)
            moments.append(main_thread(devtools))
    finally:
        page.close(run_before_unload=False)
    opened, after_code, after_prompt = moments
    return opened, after_code - opened, after_prompt - after_code


def _type(lab: Lab, number: int) -> None:
    lab.cell(number).locator(".cm-line").last.click()
    lab.page.keyboard.press("Control+End")
    lab.page.keyboard.type(TYPED)
    lab.cell(number).get_by_text("# typed").wait_for()


if __name__ == "__main__":
    tell(measure())
