"""Code in colour, by Pygments, as spans with classes."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from bedrock_nb.views.markdown.escaping import escape_code

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

CLASS_PREFIX = "bnb-t-"
# Many lexers hold regular expressions that take minutes or for ever on text made for that, and some hand a part of the
# text to whichever lexer it names. A model can name any language. These were tried with repetitions of what they react
# to, which left the slower ones below with a limit of their own.
LANGUAGES = frozenset(
    (
        *("bash", "bat", "c", "clojure", "cmake", "console", "cpp", "csharp", "css", "dart", "diff", "docker"),
        *("elixir", "go", "graphql", "groovy", "haskell", "html", "ini", "java", "javascript", "json"),
        *("julia", "kotlin", "latex", "less", "lua", "markdown", "matlab", "nginx", "objective-c", "ocaml", "perl"),
        *("php", "powershell", "protobuf", "pycon", "python", "r", "ruby", "rust", "scss", "sql"),
        *("swift", "toml", "tsx", "typescript", "xml", "yaml", "zig"),
    )
)
_OTHER_NAMES = {
    "ipython": "python",
    "ipython3": "python",
    "jsonc": "json",
    "jsonl": "json",
    "jsx": "tsx",
    "postgresql": "sql",
}
LONGEST_CODE = 100_000
_LONGEST_OF = {"csharp": 10_000, "dart": 40_000, "groovy": 40_000, "html": 40_000, "java": 5_000, "xml": 40_000}
LONGEST_LINE = 1_000
_REPETITION = re.compile(r"\s{200}|(\S)\1{200}")
# Other kinds of tokens look like the text around them, and spans for them would double the HTML.
COLOURED = frozenset(
    ["c", "gd", "ge", "gh", "gi", "gs", "gu", "k", "kc", "m", "na", "nb", "nc", "nd", "nf", "nt", "nv", "ow", "s"]
)


@lru_cache(maxsize=64)
def highlight(code: str, language: str) -> str:
    """HTML for the inside of a `<code>`: the same text, in spans of class `bnb-t-…`.

    An unknown language, and code too long to be coloured at reasonable cost, comes without colours.
    """
    name = _lexer_names().get(language.strip().lower()) if language else None
    if name is None or not _is_reasonable(code, _LONGEST_OF.get(name, LONGEST_CODE)):
        return escape_code(code)
    tokens = [(kind, value) for _, kind, value in _lexer(name).get_tokens_unprocessed(code)]
    is_whole = "".join(value for _, value in tokens) == code
    return _html(tokens) if is_whole else escape_code(code)


def highlight_open(code: str, language: str) -> str:
    """The same for code that is still being written, at a cost that stays linear over all its states.

    The last lines, at most a quarter of all, keep their plain look until there are enough of them.
    """
    lines = code.count("\n")
    step = 1 << max(0, lines.bit_length() - 3)
    coloured_lines = lines - lines % step
    cut = _line_start(code, coloured_lines)
    return highlight(code[:cut], language) + escape_code(code[cut:])


def _line_start(code: str, line: int) -> int:
    """Where a line begins, counted from 0."""
    position = 0
    for _ in range(line):
        position = code.index("\n", position) + 1
    return position


def _is_reasonable(code: str, longest: int) -> bool:
    if len(code) > longest or max(map(len, code.split("\n"))) > LONGEST_LINE:
        return False
    return not _REPETITION.search(code)


@cache
def _lexer_names() -> dict[str, str]:
    """The lexer for each name of a known language."""
    from pygments.lexers import get_all_lexers  # 30 ms, for the first code block only

    known = (LANGUAGES.intersection(aliases) and aliases for _, aliases, _, _ in get_all_lexers(plugins=False))
    return {alias: aliases[0] for aliases in known if aliases for alias in aliases} | _OTHER_NAMES


@cache
def _lexer(name: str) -> "Lexer":
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(name, handlecodeblocks=False)


def _html(tokens: Iterable[tuple["_TokenType", str]]) -> str:
    """Spans round the coloured tokens; neighbours of one colour share one."""
    parts = []
    for css_class, run in groupby(tokens, lambda token: _class_of(token[0])):
        text = escape_code("".join(value for _, value in run))
        parts.append(f'<span class="{CLASS_PREFIX}{css_class}">{text}</span>' if css_class else text)
    return "".join(parts)


@cache
def _class_of(kind: "_TokenType") -> str:
    """Pygments' short name of a token type, or of the nearest one above it that has a colour here."""
    from pygments.token import STANDARD_TYPES

    while kind.parent is not None:
        if STANDARD_TYPES.get(kind) in COLOURED:
            return STANDARD_TYPES[kind]
        kind = kind.parent
    return ""
