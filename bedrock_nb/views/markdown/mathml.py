r"""LaTeX to MathML that cannot carry anything but mathematics.

latex2mathml builds the tree; its own way to text turns "&lt;" back into "<", and its attributes hold what the formula
says (`\href`, `\style`, `\class`). So only known elements, and attributes of known shape, are written out here. None of
them lets a formula be drawn where it takes no room (`\smash`, `\raise`), over what stands around the panel.
"""

import re
from functools import lru_cache
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

from bedrock_nb.views.markdown.escaping import escape, escape_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_FORMULA = 4_000
DEEPEST_FORMULA = 40

_ELEMENT = re.compile(
    "math|mrow|mi|mn|mo|ms|mtext|mspace|mfrac|msqrt|mroot|mstyle|mpadded|mphantom|menclose|msub|msup|msubsup|munder"
    "|mover|munderover|mmultiscripts|mprescripts|none|mtable|mtr|mtd|mlabeledtr"
)
_ATTRIBUTE = re.compile(
    "accent|accentunder|align|columnalign|columnlines|columnspacing|columnspan|depth|display|displaystyle|fence|form"
    "|height|largeop|linethickness|lspace|mathcolor|mathvariant|maxsize|minsize|movablelimits|notation"
    "|rowlines|rowspacing|rowspan|rspace|scriptlevel|separator|stretchy|symmetric|width"
)
_TAKES_NO_ROOM = {("mpadded", "height"), ("mpadded", "depth")}
_CHILDREN = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}
_ROWS = {"math", "mrow", "mtd", "mstyle", "mpadded", "mphantom", "msqrt", "menclose"}
_ROOM = '<mspace width="0.167em"></mspace>'
"""What stands between "log" and "n": the converter leaves it to whoever sets the formula."""
_UNKNOWN_FUNCTION = re.compile(r"\\arg(?![A-Za-z])")
# A formula has no business pages away from where it stands, nor before its own beginning.
_LENGTH = r"\+?(?:\d{1,2}(?:\.\d{1,3})?|\.\d{1,3})(?:em|ex|px|pt|mu|%|)"
_WORD = "[a-z]+(?:-[a-z]+)*"
_VALUE = re.compile(rf"{_LENGTH}(?: {_LENGTH})*|{_WORD}(?: {_WORD})*|#[0-9A-Fa-f]{{3,6}}")
# A formula that defines commands can make them expand without end; one that sets colours or links is not mathematics.
_REFUSED = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def|gdef|edef|let|newenvironment|renewenvironment|DeclareMathOperator"
    r"|href|url|class|cssId|style|html[A-Za-z]*|include[a-z]*|input|require)(?![A-Za-z])"
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\{([A-Za-z]+\*?)\}")
# The converter knows the ones on the right; an empty one adds nothing but an equation number.
_ENVIRONMENTS = {
    **{name: name for name in ("array", "cases", "smallmatrix", "split", "substack")},
    **{name: name for name in ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix")},
    **dict.fromkeys(("align", "align*", "aligned", "eqnarray", "eqnarray*", "flalign", "flalign*"), "split"),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), "matrix"),
    **dict.fromkeys(("equation", "equation*", "displaymath", "math"), ""),
    "dcases": "cases",
}


@lru_cache(maxsize=2048)
def to_mathml(formula: str, display: str) -> str | None:
    """A `<math>` element for a formula without its delimiters, or None where only its source can be shown.

    Args:
        formula: LaTeX as it would stand between dollar signs.
        display: "inline" or "block".
    """
    if len(formula) > LONGEST_FORMULA or _depth(formula) > DEEPEST_FORMULA or _REFUSED.search(formula):
        return None
    environments = {name for _, name in _ENVIRONMENT.findall(formula)}
    if not environments <= _ENVIRONMENTS.keys():
        return None
    # 0.15 s, and only where there is a formula
    from latex2mathml.converter import convert_to_element

    try:
        known = _UNKNOWN_FUNCTION.sub(r"\\operatorname{arg}", _in_known_environments(formula))
        tree = convert_to_element(known, display=display)
    except Exception:  # noqa: BLE001 - whatever a parser makes of hostile text; the source is shown instead
        return None
    return _serialise(tree)


def _in_known_environments(formula: str) -> str:
    """The formula in environments the converter has; lines outside of any are set below one another."""
    if r"\\" in formula and not _ENVIRONMENT.search(formula):
        return rf"\begin{{split}}{formula}\end{{split}}"
    return _ENVIRONMENT.sub(_renamed, formula)


def _renamed(match: re.Match[str]) -> str:
    name = _ENVIRONMENTS[match[2]]
    return rf"\{match[1]}{{{name}}}" if name else ""


def _depth(formula: str) -> int:
    """How deep groups and environments are nested: the converter recurses on each."""
    deepest = depth = 0
    for opening in re.findall(r"\\(?:begin|left|end|right)(?![A-Za-z])|(?<!\\)[{}]", formula):
        depth += 1 if opening in {"{", r"\begin", r"\left"} else -1
        deepest = max(deepest, depth)
    return deepest


def _serialise(element: "Element") -> str | None:
    if not _ELEMENT.fullmatch(element.tag) or _CHILDREN.get(element.tag, len(element)) != len(element):
        return None
    children = [_serialise(child) for child in element]
    if None in children:
        return None
    if element.tag in _ROWS:
        children[1:] = [
            f"{_ROOM if _needs_room(before, child) else ''}{html}"
            for (before, child), html in zip(pairwise(element), children[1:], strict=True)
        ]
    inner = escape_text(unescape(element.text or "")) + "".join(filter(None, children))
    return f"<{element.tag}{_attributes(element)}>{inner}</{element.tag}>"


def _needs_room(before: "Element", element: "Element") -> bool:
    """Whether one of two neighbours is the name of a function, and the other no sign that has its own room."""
    return (_is_function(before) and not _is_sign(element)) or (_is_function(element) and not _is_sign(before))


def _is_function(element: "Element") -> bool:
    if element.tag in {"msub", "msup", "msubsup"}:
        return _is_function(element[0])
    return element.tag == "mi" and len(element.text or "") > 1 and (element.text or "").isalpha()


def _is_sign(element: "Element") -> bool:
    return element.tag in {"mo", "mspace"} or (element.tag == "mrow" and len(element) > 0 and _is_sign(element[0]))


def _attributes(element: "Element") -> str:
    return "".join(
        f' {name}="{escape(value)}"'
        for name, value in element.attrib.items()
        if _ATTRIBUTE.fullmatch(name) and (element.tag, name) not in _TAKES_NO_ROOM and _VALUE.fullmatch(value)
    )
