import pytest

from bedrock_nb.core.counted import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 events"), (1, "1 event"), (2, "2 events"), (2000, "2,000 events"), (-1, "-1 events")]
)
def test_one_is_singular_and_any_other_number_plural(count, said):
    assert counted(count, "event") == said


def test_a_noun_may_have_a_plural_of_its_own():
    assert [counted(count, "alias", "aliases") for count in (1, 2)] == ["1 alias", "2 aliases"]
