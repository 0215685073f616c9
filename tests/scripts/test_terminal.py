import io

import nbformat
import pytest

from terminal import Terminal, as_text


class Screen(io.StringIO):
    """A stream that says whether a person looks at it."""

    def __init__(self, *, watched: bool = False) -> None:
        super().__init__()
        self.watched = watched

    def isatty(self) -> bool:
        return self.watched


def display(text: str, display_id: str | None = None) -> dict:
    return {"data": {"text/plain": text}, "transient": {"display_id": display_id}}


def test_source_is_told_from_output_by_a_bar():
    screen = Screen()
    terminal = Terminal(screen)
    terminal.show_source(nbformat.v4.new_code_cell("a = 1\na"))
    terminal.show_message("execute_result", display("1"))
    assert screen.getvalue() == "\n│ a = 1\n│ a\n\n1"


def test_pieces_of_a_stream_make_one_line_and_a_display_begins_the_next():
    screen = Screen()
    terminal = Terminal(screen)
    for piece in ("one ", "two"):
        terminal.show_message("stream", {"text": piece})
    terminal.show_message("display_data", display("three"))
    assert screen.getvalue() == "one two\nthree"


def test_of_a_display_that_grows_only_what_is_new_is_printed():
    screen = Screen()
    terminal = Terminal(screen)
    terminal.show_message("display_data", display("one", "d"))
    terminal.show_message("update_display_data", display("one two", "d"))
    assert screen.getvalue() == "one two"


def test_a_display_that_becomes_another_is_printed_again():
    screen = Screen()
    terminal = Terminal(screen)
    terminal.show_message("display_data", display("waiting", "d"))
    terminal.show_message("update_display_data", display("done", "d"))
    assert screen.getvalue() == "waiting\ndone"


def test_an_error_is_shown_with_its_traceback():
    screen = Screen()
    Terminal(screen).show_message("error", {"traceback": ["\x1b[31mTraceback\x1b[0m", "ValueError: no"]})
    assert screen.getvalue() == "Traceback\nValueError: no"


def test_colours_are_for_people():
    screen = Screen(watched=True)
    Terminal(screen).show_message("error", {"traceback": ["\x1b[31mTraceback\x1b[0m"]})
    assert "\x1b[31m" in screen.getvalue()


@pytest.mark.parametrize(
    ("bundle", "text"),
    [
        ({"text/plain": "plain", "text/html": "<b>plain</b>", "text/markdown": "**plain**"}, "plain"),
        ({"text/plain": "<IPython.core.display.Markdown object>", "text/markdown": "**bold**"}, "**bold**"),
        ({"image/png": "AAAA"}, "[image/png]"),
    ],
)
def test_a_bundle_is_read_in_its_plainest_form(bundle, text):
    assert as_text(bundle) == text


def test_of_a_panel_that_was_told_live_the_finished_picture_is_not_told_again():
    screen = Screen()
    terminal = Terminal(screen)
    panel = {"state": "done", "live": False, "strip": "<p>Done</p>", "timeline": "", "blocks": []}
    terminal.show_message("comm_open", {"comm_id": "c", "data": {"state": {"snapshot": {"number": 1, "panel": panel}}}})
    view = {"text/plain": "StreamWidget()", "application/vnd.jupyter.widget-view+json": {"model_id": "c"}}
    terminal.show_message("display_data", {"data": view, "transient": {"display_id": "d"}})
    terminal.show_message("update_display_data", display("all of it again", "d"))
    assert screen.getvalue() == "Done\n\n"


def test_of_a_widget_that_was_not_followed_the_finished_picture_is_told():
    screen = Screen()
    terminal = Terminal(screen)
    view = {"text/plain": "Slider()", "application/vnd.jupyter.widget-view+json": {"model_id": "c"}}
    terminal.show_message("display_data", {"data": view, "transient": {"display_id": "d"}})
    terminal.show_message("update_display_data", display("what it became", "d"))
    assert screen.getvalue() == "what it became"
