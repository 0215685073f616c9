"""What becomes of the panels that finished outputs have replaced; tests/browser has the rest."""

import pytest

from bedrock_nb.notebook import display
from bedrock_nb.views.live.widget import StreamWidget
from views import samples


@pytest.fixture
def retired(monkeypatch):
    monkeypatch.setattr(display, "_RETIRED", [])
    return display._RETIRED


def test_the_latest_stay_open_for_a_page_that_is_loaded_anew_and_the_oldest_are_closed(retired):
    widgets = [StreamWidget(samples.prose()) for _ in range(display._MOST_RETIRED + 2)]
    for widget in widgets:
        display._retire(widget)
    assert [widget.comm is None for widget in widgets[:3]] == [True, True, False]
    for widget in widgets:
        widget.close()
    display._retire(widgets[0])
    assert retired == [widgets[0]]
