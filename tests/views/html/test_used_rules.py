"""A finished panel carries the rules that it needs. That it looks the same is seen in a browser."""

import pytest

from bedrock_nb.views.html.stylesheet import panel_css
from bedrock_nb.views.html.used_rules import used_rules
from bedrock_nb.views.slender import slender_css

PANEL = '<article class="bnb-panel"><p class="bnb-a bnb-b">x</p></article>'


@pytest.mark.parametrize(
    "rule",
    [
        ".bnb-panel .bnb-a{color:red}",
        ".bnb-a.bnb-b>p{color:red}",
        ".bnb-a:not(.bnb-z){color:red}",
        ".bnb-a:is(.bnb-b,.bnb-z:has(p,.bnb-y)){color:red}",
        ".vscode-dark .bnb-a{color:red}",
        "@media print{.bnb-a{color:red}}",
        "@keyframes bnb-z{50%{opacity:0}}",
        '.bnb-a::before{content:"x"}',
    ],
)
def test_what_may_match_stays(rule):
    assert used_rules(rule, PANEL) == rule


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (".bnb-panel .bnb-z{color:red}", ""),
        (".bnb-a.bnb-z{color:red}", ""),
        (".bnb-z,.bnb-a,.bnb-y{color:red}", ".bnb-a{color:red}"),
        ("@media print{.bnb-z{color:red}}", ""),
        ("@media print{.bnb-z{color:red}.bnb-a{top:0}}", "@media print{.bnb-a{top:0}}"),
    ],
)
def test_what_cannot_match_goes(rule, left):
    assert used_rules(rule, PANEL) == left


def test_where_every_class_is_there_every_rule_is():
    css = slender_css(panel_css())
    assert used_rules(css, css) == css
    assert used_rules(css, PANEL).count("{") < css.count("{") / 2
