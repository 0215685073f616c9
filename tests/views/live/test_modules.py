import re
from collections import Counter

from bedrock_nb.views.html.stylesheet import STATIC, panel_css
from bedrock_nb.views.live.modules import module_source


def test_the_widgets_module_stands_alone():
    source = module_source("widget.js")
    assert not re.search(r"^import ", source, re.MULTILINE)
    assert re.findall(r"^export (\w+)", source, re.MULTILINE) == ["default"]


def test_no_name_is_given_twice_at_the_top_level():
    names = re.findall(r"^(?:async )?(?:const|let|function|class) (\w+)", module_source("widget.js"), re.MULTILINE)
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_each_module_comes_once_and_after_those_it_needs():
    source = module_source("widget.js")
    order = ["export function safeNodes", "class BlockView", "function showPanel", "class KernelLink"]
    places = [source.replace("function safeNodes", "export function safeNodes").index(part) for part in order]
    assert places == sorted(places)


def test_the_page_fetches_nothing():
    for file in STATIC.glob("*.js"):
        code = re.sub(r"/\*.*?\*/|//.*", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|sendBeacon|eval|Function)\b\(", code), file.name
    assert not re.search(r"url\(|@import|expression\(", panel_css())


def test_every_rule_reaches_no_further_than_the_panel():
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "panel.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    selectors = re.findall(r"(?:^|[{}])\s*([^{}@]+?)\s*\{", re.sub(r"@keyframes[^}]*\}\s*\}", "", css))
    for selector in selectors:
        assert ".bnb-panel" in selector, selector
