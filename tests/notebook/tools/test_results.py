import base64
import dataclasses
import decimal
import enum
import itertools
import json
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.display import Image
from pydantic import BaseModel

from bedrock_nb.core.request.messages import tool_result
from bedrock_nb.notebook.tools.results import LARGEST_PICTURE, parts_of

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PNG_PART = {"image": {"format": "png", "source": {"bytes": PNG}}}


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Place:
    city: str
    table: object = None


class Model(BaseModel):
    when: datetime
    price: decimal.Decimal


class Figure:
    """Enough of matplotlib's Figure."""

    def savefig(self, file, **options):
        assert options["format"] == "png"
        file.write(PNG)


class Axes:
    figure = Figure()


class Drawn:
    """Enough of PIL's Image."""

    def _repr_png_(self):
        return PNG


class Blank:
    def __str__(self):
        return " "


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("fine", {"text": "fine"}),
        ("", {"text": "(a blank text: '')"}),
        ("\n", {"text": "(a blank text: '\\n')"}),
        (None, {"text": "It ran, and returned nothing."}),
        (5, {"json": {"result": 5}}),
        (True, {"json": {"result": True}}),
        ({"a": [1, None]}, {"json": {"a": [1, None]}}),
        ([1, "a"], {"json": {"result": [1, "a"]}}),
        ((1, 2), {"json": {"result": [1, 2]}}),
        ({1: Colour.RED}, {"json": {"1": 1}}),
        (date(2026, 11, 20), {"text": "2026-11-20"}),
        ({"at": datetime(2026, 11, 20, tzinfo=UTC)}, {"json": {"at": "2026-11-20T00:00:00Z"}}),
        ([decimal.Decimal("1.10")], {"json": {"result": ["1.10"]}}),
        ([uuid.UUID(int=1), Path("/x")], {"json": {"result": ["00000000-0000-0000-0000-000000000001", "/x"]}}),
        (np.float64(2.5), {"json": {"result": 2.5}}),
        (np.arange(4).reshape(2, 2), {"json": {"result": [[0, 1], [2, 3]]}}),
        ({"n": np.int64(3)}, {"json": {"n": 3}}),
        (float("nan"), {"text": "nan"}),
        ({"a": [float("inf"), float("nan")]}, {"json": {"a": ["inf", "nan"]}}),
        (Place("Bern"), {"json": {"city": "Bern", "table": None}}),
        (
            Model(when=datetime(2026, 1, 1, tzinfo=UTC), price="1.10"),
            {"json": {"when": "2026-01-01T00:00:00Z", "price": "1.10"}},
        ),
        ((n for n in range(3)), {"json": {"result": [0, 1, 2]}}),
        (b"text", {"text": "text"}),
        (b"", {"text": "(no bytes)"}),
        (b"\xff\xfe", {"text": "(2 bytes that are neither text nor a picture)"}),
        (1 + 2j, {"text": "(1+2j)"}),
        (Blank(), {"text": "(Blank with no text)"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_told_in_one_part(value, part):
    assert parts_of(value) == [part]


@pytest.mark.parametrize(
    "value", [PNG, bytearray(PNG), Image(data=PNG), Drawn(), Figure(), Axes()], ids=lambda value: type(value).__name__
)
def test_a_picture_goes_as_one(value):
    assert parts_of(value) == [PNG_PART]


def test_a_picture_that_is_too_large_is_named():
    assert parts_of(PNG + b"\0" * LARGEST_PICTURE) == [
        {"text": "(a picture of 3.8 MB; the largest that can be shown to you has 3.75 MB)"}
    ]


def test_a_list_of_pictures_and_words_gives_the_parts_of_each():
    assert parts_of(["Look:", PNG, {"a": 1}]) == [{"text": "Look:"}, PNG_PART, {"json": {"a": 1}}]


def test_a_table_goes_as_rows_also_within_something_else():
    table = pd.DataFrame({"a": [1]})
    assert parts_of(table)[1] == {"text": "a\n1"}
    assert parts_of(Place("Bern", table)) == [
        {"json": {"city": "Bern", "table": "A table with 1 row and 1 column, as CSV.\na\n1"}}
    ]


def test_what_contains_itself_goes_as_text():
    circle = []
    circle.append(circle)
    assert parts_of(circle) == [{"text": "[[...]]"}]


def test_a_generator_with_no_end_is_cut():
    part = parts_of(n for n in itertools.count())[0]["json"]["result"]
    assert (len(part), part[-1]) == (10_001, "(only the first 10000 items are shown)")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.decimals() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=10,
)


@given(values)
def test_every_value_becomes_a_result_that_the_service_takes(value):
    result = tool_result("1", parts_of(value))["toolResult"]
    assert result["content"]
    for part in result["content"]:
        match part:
            case {"text": text}:
                assert text.strip()
            case {"json": told}:
                assert isinstance(told, dict)
                json.dumps(told, allow_nan=False)
            case _:
                assert "image" in part


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.booleans())))
def test_what_is_json_arrives_as_it_is(value):
    assert parts_of(value) == [{"json": value}]
