import json
from pathlib import Path

import figures
import pytest
from figures import Figure, keep
from page import told, written_page
from peers import OURS

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ABOUT = {"day": "2026-01-01", "cpus": 2, "system": "Linux", "python": "3.11.7", "effort": "full", "load": 0.1}


@pytest.fixture
def results(tmp_path, monkeypatch):
    """An empty folder for raw data."""
    monkeypatch.setattr(figures, "RESULTS", tmp_path)
    return tmp_path


def test_the_page_says_what_the_raw_data_says():
    assert written_page() == (BENCHMARKS / "RESULTS.md").read_text(encoding="utf-8")


def test_the_raw_data_names_no_place_of_the_machine_it_was_made_on():
    for path in (BENCHMARKS / "results").glob("*.json"):
        assert "/home/" not in path.read_text(encoding="utf-8")
        json.loads(path.read_text(encoding="utf-8"))


def test_a_page_of_nothing_says_that_nothing_was_measured(results):
    assert "Not measured in this run." in written_page()


def test_where_another_is_better_it_is_said(results):
    keep("display", [Figure(OURS, "wall", "s", (2.0,), 500), Figure("print", "wall", "s", (1.0,), 500)], ABOUT)
    assert "- wall: print, 1 s against 2 s at 500" in written_page()


def test_what_was_given_up_is_never_better(results):
    ours, given_up = Figure(OURS, "lag", "s", (2.0,), 500), Figure("print", "lag", "s", (1.0,), 500, at_least=True)
    keep("browser", [ours, given_up], ABOUT)
    assert "- lag: print" not in written_page()


def test_what_was_not_run_says_why(results):
    not_run = Figure("print", "wall", "s", (), 500, "not run: it would take an hour")
    keep("display", [Figure(OURS, "wall", "s", (2.0,), 500), not_run], ABOUT)
    page = written_page()
    assert "| print | - (1) |" in page
    assert "(1) not run: it would take an hour." in page


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0, "s", "0"),
        (0.0000152, "s", "15.2 µs"),
        (0.25, "s", "250 ms"),
        (12.0, "s", "12 s"),
        (209_000_000, "B", "209 MB"),
        (1_990_000, "B", "1.99 MB"),
        (999, "B", "999 B"),
        (1.149, "x", "1.15x"),
        (4006, "messages", "4,006"),
    ],
)
def test_values_are_told_in_three_digits(value, unit, words):
    assert told(value, unit) == words
