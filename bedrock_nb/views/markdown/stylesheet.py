"""The rules behind the classes, for light and dark; every colour is a variable, `--bnb-…`, that a host may set."""

from importlib.resources import files


def code_css() -> str:
    """The colours, and the rules for code: all that `highlight` and code blocks need."""
    return _rules("code.css")


def markdown_css() -> str:
    """All rules for rendered Markdown, those of `code_css` included."""
    return f"{code_css()}\n{_rules('text.css')}"


def _rules(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
