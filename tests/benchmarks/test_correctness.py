import pytest
from correctness import CASES

NOTHING_KEPT = {"blocks": [], "stop_reason": None, "usage": None, "incomplete": False}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_library_that_kept_nothing_and_said_nothing_is_not_right(case):
    outcome = {"raised": None, "kept": NOTHING_KEPT, "texts": [[], []]}
    assert case.judge(outcome) in {"dropped", "wrong"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_library_that_raised_and_kept_nothing_is_not_right(case):
    outcome = {"raised": "KeyError: 'usage'", "kept": None, "texts": []}
    assert case.judge(outcome) in {"crash", "dropped"}


def test_cases_have_names_of_their_own():
    assert len({case.title for case in CASES}) == len(CASES)
