import pandas as pd
import pytest

from bedrock_nb.notebook.tools.tables import MOST_ROWS, is_table, table_parts


def told(table):
    said, rows = (part["text"] for part in table_parts(table))
    return said, rows


def test_a_table_is_told_as_csv():
    assert told(pd.DataFrame({"city": ["Bern", 'a "b", c'], "t": [20, None]})) == (
        "A table with 2 rows and 2 columns, as CSV.",
        'city,t\nBern,20.0\n"a ""b"", c",',
    )


def test_an_index_is_told_where_it_says_something():
    assert told(pd.DataFrame({"t": [1]}, index=["Bern"]))[1] == ",t\nBern,1"


def test_a_column_is_a_table():
    assert told(pd.Series([1, 2], name="t")) == ("A table with 2 rows and 1 column, as CSV.", "t\n1\n2")


def test_a_long_table_says_that_it_is_cut():
    said, rows = told(pd.DataFrame({"n": range(5000)}))
    assert said.startswith("A table with 5,000 rows and 1 column, as CSV. Only its first 100 rows are shown")
    assert rows.splitlines() == ["n", *map(str, range(MOST_ROWS))]


def test_an_empty_table_says_so():
    assert told(pd.DataFrame())[1] == "(it is empty)"


class PolarsFrame:
    """Enough of polars' DataFrame, which is not installed here."""

    shape = (2, 1)
    columns = ("a",)

    def head(self, count):
        return self

    def write_csv(self):
        return "a\n1\n2\n"


def test_polars_is_told_in_the_same_way():
    frame = type("DataFrame", (PolarsFrame,), {"__module__": "polars.dataframe.frame"})()
    assert told(frame) == ("A table with 2 rows and 1 column, as CSV.", "a\n1\n2")


@pytest.mark.parametrize("value", [[], {}, "a,b", 5, None, pd])
def test_other_values_are_no_tables(value):
    assert not is_table(value)
