"""Texts to render, and what the HTML of a hostile one may hold."""

import json
import re
import subprocess
import sys
import tarfile
from html.parser import HTMLParser
from pathlib import Path

import markdown_it
import pytest

FIXTURES = Path(__file__).parents[1] / "fixtures" / "markdown"
BLOCKS = {"p", "div", "pre", "ul", "ol", "li", "table", "blockquote", "hr", "h3", "h4", "h5", "h6"}
VOID = {"br", "hr", "img"}
MATHML = re.compile(
    "math|mrow|mi|mn|mo|ms|mtext|mspace|mfrac|msqrt|mroot|mstyle|mpadded|mphantom|menclose|msub|msup|msubsup|munder|mover"
    "|munderover|mmultiscripts|mprescripts|none|mtable|mtr|mtd|mlabeledtr"
)
MATHML_ATTRIBUTE = re.compile(
    "display|displaystyle|scriptlevel|mathvariant|stretchy|fence|form|width|height|depth|lspace|rspace|columnalign"
    "|columnspacing|rowspacing|columnlines|rowlines|minsize|maxsize|mathcolor|linethickness|accent|accentunder"
    "|movablelimits|largeop|notation|separator|symmetric|align|columnspan|rowspan|tabindex"
)
MATHML_VALUE = re.compile(r"(?!-)[A-Za-z0-9+.%# -]{0,40}")
ATTRIBUTES = {
    "a": {"class", "href", "rel", "target", "title", "dir"},
    "code": {"class", "dir"},
    "div": {"class", "data-lang", "role", "aria-label", "tabindex"},
    "img": {"class", "src", "alt"},
    "li": {"class"},
    "ol": {"start", "dir"},
    "pre": {"dir", "tabindex"},
    "td": {"style", "dir"},
    "th": {"style", "dir"},
    "span": {"class", "dir", "title", "role", "aria-label", "hidden"},
    **{tag: {"class", "dir"} for tag in ("p", "ul", "h3", "h4", "h5", "h6")},
    **{tag: set() for tag in ("em", "strong", "s", "br", "hr", "table", "thead", "tbody", "tr", "blockquote", "rp")},
}
VALUES = {
    "class": re.compile(r"bnb-[a-z0-9-]+( bnb-[a-z0-9-]+)*"),
    "dir": re.compile("auto|ltr"),
    "href": re.compile(r"https?://[^@/?#]+([/?#].*)?|mailto:.+", re.DOTALL),
    "src": re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}", re.IGNORECASE),
    "rel": re.compile("noopener noreferrer nofollow"),
    "target": re.compile("_blank"),
    "role": re.compile("img|group"),
    "aria-label": re.compile("done|to do|table|formula"),
    "tabindex": re.compile("0"),
    "style": re.compile("text-align:(left|center|right)"),
    "start": re.compile(r"\d{1,9}"),
    "hidden": re.compile("hidden"),
}
FREE = {"title", "alt", "data-lang"}


def is_known(tag, name, value):
    if MATHML.fullmatch(tag):
        return (tag, name) not in {("mpadded", "height"), ("mpadded", "depth")} and bool(
            MATHML_ATTRIBUTE.fullmatch(name) and MATHML_VALUE.fullmatch(value)
        )
    return name in ATTRIBUTES.get(tag, ()) and (name in FREE or bool(VALUES[name].fullmatch(value or "")))


class SafetyCheck(HTMLParser):
    """Reads HTML as strictly as a browser reads it loosely, and lists whatever should not be there."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.faults: list[str] = []
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(html)
        self.close()
        if self.open:
            self.faults.append(f"not closed: {self.open}")
        if "".join(self.seen) != html:
            self.faults.append("not read as it is written")

    def handle_starttag(self, tag, attrs):
        self.seen.append(self.get_starttag_text())
        if tag not in ATTRIBUTES and not MATHML.fullmatch(tag):
            self.faults.append(f"element {tag}")
        self.faults += [f"attribute {tag} {name}={value!r}" for name, value in attrs if not is_known(tag, name, value)]
        if tag == "a" and "a" in self.open:
            self.faults.append("link in link")
        if tag in BLOCKS and "p" in self.open:
            self.faults.append(f"{tag} in p")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.seen.append(f"</{tag}>")
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"misplaced end of {tag}")

    def handle_data(self, data):
        self.seen.append(data)
        if "<" in data or "\0" in data:
            self.faults.append(f"bare text {data!r}")

    def handle_entityref(self, name):
        self.seen.append(f"&{name};")

    def handle_charref(self, name):
        self.seen.append(f"&#{name};")

    def handle_comment(self, data):
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl):
        self.faults.append(f"declaration {decl!r}")

    def handle_pi(self, data):
        self.faults.append(f"instruction {data!r}")

    def unknown_decl(self, data):
        self.faults.append(f"declaration {data!r}")


@pytest.fixture(scope="session")
def faults():
    """Lists what should not be in a rendered text."""
    return lambda html: SafetyCheck(html).faults


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """Answers as models write them, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FIXTURES.glob("*.md"))}


@pytest.fixture(scope="session")
def hostile() -> dict[str, str]:
    """What a model may write to harm its reader, by what it tries."""
    source = (FIXTURES / "hostile.txt").read_text(encoding="utf-8")
    source = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), source)
    entries = re.split(r"^-- (.+)\n", source, flags=re.MULTILINE)[1:]
    return dict(zip(entries[::2], entries[1::2], strict=True))


@pytest.fixture(scope="session")
def commonmark_examples(request, outer_environment, tmp_path_factory) -> list[str]:
    """The Markdown of the examples in the CommonMark specification, version 0.31.2.

    They come with the sources of the parser, which pip brings once; the specification's licence is not this project's.
    """
    kept = Path(request.config.cache.mkdir("commonmark")) / f"{markdown_it.__version__}.json"
    if not kept.exists():
        examples = _examples_from_sources(tmp_path_factory.mktemp("sources"), outer_environment)
        kept.write_text(json.dumps(examples), encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))


def _examples_from_sources(folder: Path, environment: dict[str, str]) -> list[str]:
    wanted = f"markdown-it-py=={markdown_it.__version__}"
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "markdown-it-py"]
    ended = subprocess.run(
        [*download, "--dest", folder, wanted], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        pytest.fail(
            f"The CommonMark examples are taken from the sources of {wanted}, and pip could not bring them:\n"
            f"{ended.stderr.strip()[-1500:]}\nRun the test once where pip reaches a package index; they are kept then.",
            pytrace=False,
        )
    [archive] = folder.iterdir()
    with tarfile.open(archive) as sources:
        found = [name for name in sources.getnames() if name.endswith("test_cmark_spec/commonmark.json")]
        assert len(found) == 1, f"The sources of {wanted} no longer hold the examples: look for where they have gone."
        return [example["markdown"] for example in json.load(sources.extractfile(found[0]))]
