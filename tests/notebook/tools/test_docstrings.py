import pytest

from bedrock_nb.notebook.tools.docstrings import told_by


def google(city, days):
    """Get the weather.

    For a city and some days.

    Args:
        city: The city,
            by its English name.
        days (int): How many.

    Returns:
        The weather.
    """


def numpy(city, days):
    """Get the weather.

    For a city and some days.

    Parameters
    ----------
    city : str
        The city,
        by its English name.
    days : int, optional
        How many.

    Returns
    -------
    str
        The weather.
    """


def sphinx(city, days):
    """Get the weather.

    For a city and some days.

    :param city: The city,
        by its English name.
    :param int days: How many.
    :returns: The weather.
    """


@pytest.mark.parametrize("function", [google, numpy, sphinx], ids=lambda function: function.__name__)
def test_each_manner_is_read(function):
    assert told_by(function) == (
        "Get the weather.\n\nFor a city and some days.",
        {"city": "The city, by its English name.", "days": "How many."},
    )


def test_a_plain_sentence_is_the_description():
    def look():
        """Look around."""

    assert told_by(look) == ("Look around.", {})


def test_no_docstring_says_nothing():
    assert told_by(lambda: None) == ("", {})
