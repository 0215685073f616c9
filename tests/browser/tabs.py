"""Tabs lent to tests: a new one, or one that the tests of a module have one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext

from browser.lab import App, Lab
from browser.server import JupyterServer

FAILED = pytest.StashKey[bool]()
"""Whether a test has failed, in the stash of its item."""


@contextmanager
def new_tab(context: BrowserContext, server: JupyterServer, app: App, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Open a tab, and afterwards end its kernels."""
    lab = Lab(context.new_page(), server, app)
    yield lab
    _has_failed(lab, request)
    lab.page.close()
    server.end_kernels()
    _assert_it_stayed_at_home(lab)


@contextmanager
def standing_tab(
    context: BrowserContext, open_tabs: dict[str, Lab], server: JupyterServer, request: pytest.FixtureRequest
) -> Iterator[Lab]:
    """Lend the server's tab; one in which something went wrong is closed, and the next test gets a new one."""
    lab = open_tabs.pop(server.url, None)
    if lab is None:
        lab = Lab(context.new_page(), server)
        lab.load_empty()
    yield lab
    has_failed = _has_failed(lab, request)
    if not has_failed:
        lab.close_notebooks()
    server.end_kernels()
    if has_failed or lab.outside_requests:
        lab.page.close()
        _assert_it_stayed_at_home(lab)
    else:
        lab.forget()
        open_tabs[server.url] = lab


def _has_failed(lab: Lab, request: pytest.FixtureRequest) -> bool:
    """Whether the test has failed, and if so a picture of what it saw."""
    failed = request.node.stash.get(FAILED, False)
    if failed:
        lab.screenshot(f"failed-{request.node.name}")
    return failed


def _assert_it_stayed_at_home(lab: Lab) -> None:
    assert lab.outside_requests == [], "the page asked for something beyond this machine"
