import pytest
from answer import FIRST_WORD, LAST_WORD, prose, table, tokens

TEXTS = {"tokens": tokens, "prose": prose, "table": table}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_answer_has_its_length_and_each_mark_once(text):
    pieces = text(1_000, 2)
    assert len(pieces) == 1_000
    assert "".join(pieces).count(FIRST_WORD) == 1
    assert "".join(pieces).count(LAST_WORD) == 1


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_editions_differ_and_stay_the_same(text):
    assert text(500, 1) == text(500, 1)
    assert text(500, 1) != text(500, 2)
