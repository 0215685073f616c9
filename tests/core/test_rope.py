import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.rope import NO_TEXT, Rope


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]))))
def test_a_rope_is_its_pieces_joined(pieces):
    rope = NO_TEXT
    for piece in pieces:
        rope = rope.grown(piece)
    assert rope.joined() == "".join(pieces)
    assert bool(rope) == bool("".join(pieces))


@pytest.mark.parametrize(("empty", "piece"), [("", "a"), (b"", b"\xff"), ((), (1,))])
def test_growing_leaves_the_rope_it_grew_from(empty, piece):
    short = Rope(empty).grown(piece)
    long = short.grown(piece)
    assert long.joined() == piece + piece
    assert short.joined() == piece


def test_ropes_are_equal_where_their_wholes_are():
    assert Rope("ab") == Rope("a").grown("b")
    assert hash(Rope("ab")) == hash(Rope("a").grown("b"))
    assert Rope("ab") != Rope("a")
    assert Rope("ab") != "ab"
    assert repr(Rope("a").grown("b")) == "Rope('ab')"


@pytest.mark.parametrize("through", [copy.deepcopy, lambda rope: pickle.loads(pickle.dumps(rope))])
def test_a_very_long_rope_is_copied_and_pickled_without_recursion(through):
    rope = NO_TEXT
    for _ in range(10_000):
        rope = rope.grown("x")
    assert through(rope) == rope


def test_a_very_long_rope_is_joined_without_recursion():
    rope = NO_TEXT
    for _ in range(100_000):
        rope = rope.grown("x")
    assert len(rope.joined()) == 100_000
