import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bedrock_nb.local import LocalBedrock
from browser.lab import Lab
from browser.oldest import python_of_oldest, shared_with_oldest
from browser.server import JupyterServer, start_server
from browser.tabs import FAILED, new_tab, standing_tab

ROOT = Path(__file__).parents[2]
STEP_LIMIT_MILLISECONDS = 30_000
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium(outer_environment) -> Iterator[Browser]:
    """One real Chromium for all browser tests."""
    search = [sys.executable, ROOT / "scripts" / "find_chromium.py"]
    found = subprocess.run(search, capture_output=True, text=True, check=False, env=outer_environment)
    if found.returncode:
        pytest.fail(found.stderr, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory) -> Iterator[JupyterServer]:
    """One server for all browser tests, with JupyterLab and Notebook 7."""
    server = start_server(tmp_path_factory.mktemp("jupyter"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def oldest_jupyter(tmp_path_factory, outer_environment, pytestconfig) -> Iterator[JupyterServer]:
    """A server of the oldest supported JupyterLab, with the kernels of the usual one."""
    folder = tmp_path_factory.mktemp("oldest")
    python = python_of_oldest(Path(pytestconfig.cache.mkdir("oldest-jupyterlab")), outer_environment)
    server = start_server(folder / "server", python=python, JUPYTER_PATH=shared_with_oldest(folder / "share"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def plain_jupyter(tmp_path_factory) -> Iterator[JupyterServer]:
    """A server whose user has disabled the lab extension."""
    server = start_server(tmp_path_factory.mktemp("plain") / "server", disabled=["bedrock-nb"])
    yield server
    server.stop()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[LocalBedrock]:
    """One Bedrock endpoint on this machine, for notebooks that are not told to start their own."""
    with LocalBedrock(pace=0.02) as running:
        yield running


@pytest.fixture(scope="session")
def tabs(chromium) -> Iterator[BrowserContext]:
    """One browser profile for all tabs, so that JupyterLab's own files are fetched once."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(STEP_LIMIT_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture
def lab(tabs, jupyter, request) -> Iterator[Lab]:
    """A new tab for JupyterLab."""
    with new_tab(tabs, jupyter, "lab", request) as tab:
        yield tab


@pytest.fixture(params=["lab", "notebook"])
def either_app(tabs, jupyter, request) -> Iterator[Lab]:
    """A new tab for JupyterLab, and in a second run for Notebook 7."""
    with new_tab(tabs, jupyter, request.param, request) as tab:
        yield tab


@pytest.fixture
def tab_on(tabs, request) -> Iterator[Callable[..., Lab]]:
    """Opens new tabs on other servers than the usual one: `tab_on(server)`, `tab_on(server, "notebook")`."""
    with ExitStack() as open_tabs:
        yield lambda server, app="lab": open_tabs.enter_context(new_tab(tabs, server, app, request))


@pytest.fixture(scope="module")
def standing_tabs(tabs) -> Iterator[dict[str, Lab]]:
    """The tabs in which a module's tests open notebooks, one after the other, by their server's address."""
    open_tabs: dict[str, Lab] = {}
    yield open_tabs
    for lab in open_tabs.values():
        lab.page.close()


@pytest.fixture
def standing_lab_on(tabs, standing_tabs, request) -> Iterator[Callable[[JupyterServer], Lab]]:
    """Gives a JupyterLab that is loaded already, with no notebook open: `standing_lab_on(server)`."""
    with ExitStack() as in_use:
        yield lambda server: in_use.enter_context(standing_tab(tabs, standing_tabs, server, request))


@pytest.fixture
def standing_lab(standing_lab_on, jupyter) -> Lab:
    """The same on the usual server."""
    return standing_lab_on(jupyter)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know that the test has failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def pytest_itemcollected(item):
    item.add_marker(pytest.mark.browser)


def pytest_collection_modifyitems(items):
    """Run these tests last: Playwright leaves an event loop in this thread, under which asyncio.run() refuses."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
