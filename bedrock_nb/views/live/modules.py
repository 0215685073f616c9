"""The page's JavaScript as one module, which is what anywidget takes.

The files under `static` are plain ES modules that import one another and need no bundler: put one after the other in
the order in which they need one another, without their `import` lines and `export` words, they are one module. Names
at their top level are therefore unique across files; a test in a real browser holds that.
"""

from __future__ import annotations

import re
from functools import cache

from bedrock_nb.views.html.stylesheet import STATIC

_IMPORT = re.compile(r"^import \{[^}]*\} from \"\./([a-z_]+\.js)\";\n", re.MULTILINE)
_COMMENT = re.compile(r"^[ ]*/\*\*.*?\*/[ ]*\n?", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


@cache
def module_source(entry: str = "widget.js") -> str:
    """The module `entry` with all that it imports, as one text; its types, a third of it, stay at home."""
    whole = "\n".join(_EXPORT.sub("", _IMPORT.sub("", _read(name))) for name in _in_order(entry, []))
    return _COMMENT.sub("", whole)


def _in_order(name: str, before: list[str]) -> list[str]:
    """The modules that this one needs, itself last; each once."""
    if name not in before:
        for needed in _IMPORT.findall(_read(name)):
            _in_order(needed, before)
        before.append(name)
    return before


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
