"""What a docstring tells a model: the description, and a line for each parameter."""

from __future__ import annotations

import inspect
from typing import Any

from bedrock_nb.extras import load_extra


def told_by(function: Any) -> tuple[str, dict[str, str]]:
    """The description and those of the parameters, from a docstring in Google's, NumPy's or Sphinx's manner."""
    text = inspect.getdoc(function) or ""
    parser = load_extra("docstring_parser", extra="tools", purpose="Tools")
    try:
        docstring = parser.parse(text)
    except parser.ParseError:
        return text, {}  # it is in no known manner: the model reads it as it is
    parts = (docstring.short_description, docstring.long_description)
    parameters = {each.arg_name: _one_line(each.description) for each in docstring.params if each.description}
    return "\n\n".join(part.strip() for part in parts if part), parameters


def _one_line(text: str) -> str:
    return " ".join(text.split())
