import figures
import pytest
from figures import Figure, growth_order, in_turns, keep, kept, median_ratio
from hypothesis import given
from hypothesis import strategies as st


@given(order=st.floats(-1, 3), factor=st.floats(0.001, 1000))
def test_the_order_of_a_power_is_its_exponent(order, factor):
    points = {size: factor * size**order for size in (500, 2_000, 8_000, 32_000)}
    assert growth_order(points) == pytest.approx(order, abs=1e-6)


def test_one_point_has_no_order():
    assert growth_order({500: 1.0}) is None
    assert growth_order({500: 1.0, 2_000: 0.0}) is None


def test_ways_take_turns():
    calls = []
    results = in_turns({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=2)
    assert calls == ["a", "b", "a", "b"]
    assert results == {"a": [None, None], "b": [None, None]}


def test_ratios_are_of_runs_that_stood_side_by_side():
    assert median_ratio([2.0, 20.0, 3.0], [1.0, 10.0, 3.0]) == 2.0


def test_figures_come_back_as_they_were_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "RESULTS", tmp_path / "results")
    measured = [Figure("a", "bytes", "B", (1.0, 2.5), 500), Figure("b", "bytes", "B", (), 500, "not run")]
    keep("display", measured, {"day": "2026-01-01"})
    assert kept("display") == (measured, {"day": "2026-01-01"})
    assert kept("browser") is None


def test_an_error_is_told_in_one_line_without_the_places_of_this_machine():
    told = figures.told_error(OSError("no such file: /home/ada/bench/x.json\nand more"))
    assert told == "OSError: no such file: …/x.json"


def test_what_failed_is_no_figure():
    failed = figures.failure("a", "wall", ValueError("why"), 500)
    assert failed.median is None
    assert failed.failed
    assert not failed.is_exact
