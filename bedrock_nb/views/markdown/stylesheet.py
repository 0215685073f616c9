"""The rules behind the classes, for light and dark, changeable through `--bnb-…` variables."""

_CODE = """
"""


def code_css() -> str:
    return _CODE


def markdown_css() -> str:
    return _CODE
