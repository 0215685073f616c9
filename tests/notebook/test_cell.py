"""What a cell gives back after a failure, to IPython and to whoever catches it."""

import pytest

from bedrock_nb.core.errors import Throttled

FAILING = "local.fault-throttling-v1:0"


def failed(shell, *options):
    """The error that ends a failing cell in a terminal, and that of its recording."""
    result = shell.run_cell(f"%%bedrock failed << -m {FAILING} --retries 0 {' '.join(options)}\nHello")
    return result.error_in_exec, shell.user_ns["failed"].error


def test_an_error_whose_advice_a_terminal_has_shown_is_the_same_but_ipython_does_not_repeat_it(shell, endpoint):
    raised, kept = failed(shell)
    assert (type(raised), raised, raised.advice) == (Throttled, kept, Throttled.advice_text)
    assert raised.recording is shell.user_ns["failed"]
    assert raised.__cause__ is kept.__cause__ is not None
    assert raised._render_traceback_() == [kept.headline]
    assert kept._render_traceback_() == [kept.headline, Throttled.advice_text]


@pytest.mark.parametrize("in_kernel", [False, True])
def test_where_nothing_was_written_below_the_cell_ipython_shows_the_advice(shell, endpoint, monkeypatch, in_kernel):
    if in_kernel:
        monkeypatch.setattr(shell, "kernel", object(), raising=False)
    raised, kept = failed(shell, "--no-display")
    assert raised is kept
    assert raised._render_traceback_() == [kept.headline, Throttled.advice_text]
