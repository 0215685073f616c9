import json
from pathlib import Path

import figures
import parts
import pytest
from figures import Figure, failure, keep
from goals import goals
from page import PARTS, written_page
from peers import OURS
from tables import told

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
ABOUT = {
    "day": "2026-01-01",
    "cpus": 2,
    "system": "Linux",
    "python": "3.11.7",
    "effort": "full",
    "seconds": 60.0,
    "others": [0.0, 0.1],
}


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


def test_a_part_that_failed_says_why_and_leaves_the_others(results):
    keep("display", [Figure(OURS, "wall", "s", (2.0,), 500)], ABOUT)
    keep("store", [], ABOUT | {"failed": "OSError: the disk is full"})
    page = written_page()
    assert "**This could not be measured**: OSError: the disk is full." in page
    assert "| bedrock_nb | 2 s |" in page


def test_a_library_that_failed_is_told_beside_those_that_did_not(results):
    keep("display", [Figure(OURS, "wall", "s", (2.0,), 500), failure("print", "wall", ValueError("no"), 500)], ABOUT)
    page = written_page()
    assert "| print | - (1) |" in page
    assert "- print, in the part display: failed: ValueError: no" in page


def test_a_part_during_which_others_worked_says_so(results):
    keep("display", [], ABOUT | {"others": [0.02, 0.4]})
    assert "Other programs used 40% of the CPUs at the time." in written_page()


def test_a_goal_whose_figure_is_missing_is_told_as_not_measured(results):
    keep("store", [Figure(OURS, "append an event, 25 at a time", "s", (4e-6,))], ABOUT)
    met, *missing = sorted(goals(), key=lambda line: "Not measured" in line)
    assert met == "- Met: an event is kept in 4 µs (goal: at most 5 µs)."
    assert missing
    assert all(line.startswith("- **Not measured**") for line in missing)


def test_what_was_given_up_meets_no_goal(results):
    keep("panel", [Figure(OURS, "first text lags", "s", (0.01,), at_least=True)], ABOUT)
    assert any("Not met" in line and "first text" in line for line in goals())


def test_every_part_has_its_place_on_the_page():
    assert sorted(PARTS) == sorted(parts.PARTS)


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
        (14.24, "%", "14.2%"),
        (4006, "messages", "4,006"),
    ],
)
def test_values_are_told_in_three_digits(value, unit, words):
    assert told(value, unit) == words
