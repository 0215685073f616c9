"""Formulas become MathML that holds mathematics and nothing else, or they stay what they were."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.views.markdown.mathml import to_mathml

COMMANDS = [
    "\\frac", "\\sqrt", "\\text", "\\mathrm", "\\color", "\\left(", "\\right)", "\\begin{matrix}",
    "\\end{matrix}", "\\hspace", "\\href", "\\style", "\\not", "\\sum", "\\hat", "\\over", "\\binom",
    "\\smash", "\\raise", "\\lower 9em", "\\Huge", "\\mathrlap", "\\xrightarrow", "\\!",
    "\\limits", "\\operatorname", "\\overset", "\\rule", "\\newcommand", "\\def", "\\\\", "&", "{", "}", "[",
    "]", "^", "_", "a", "1", "<", ">", '"', "'", " ", "|", "#1", "&lt;", "1em",
]  # fmt: skip


@given(st.lists(st.sampled_from(COMMANDS), max_size=25), st.sampled_from(["inline", "block"]))
def test_any_formula_is_safe_or_none(faults, parts, display):
    mathml = to_mathml("".join(parts), display)
    assert mathml is None or faults(mathml) == []


def test_what_a_formula_says_cannot_become_markup():
    assert to_mathml(r"\text{<b>&lt;b&gt;}", "inline") == (
        '<math display="inline"><mrow><mtext>&lt;b&gt;&lt;b&gt;</mtext></mrow></math>'
    )


@pytest.mark.parametrize("formula", [r"\hspace{999em}x", r"\rule{1em}{999em}", r"\kern-999em x"])
def test_no_formula_reaches_far(formula):
    assert '99em"' not in (to_mathml(formula, "inline") or "")


@pytest.mark.parametrize(
    "formula", [r"\smash{x}", r"\raise9em{x}", r"\lower9em{x}", r"\moveleft9em{x}", r"\hspace{-9em}x", r"\Huge\Huge x"]
)
def test_no_formula_is_drawn_where_it_takes_no_room(formula):
    assert not re.search("height|depth|voffset|mathsize|-", to_mathml(formula, "inline"))


@pytest.mark.parametrize(
    "formula",
    [r"\href{https://x.example}{x}", r"\newcommand{\a}{b}\a", r"\def\a{b}\a", r"\style{color:red}{x}", r"\class{a}{x}",
     r"\begin{strange}x\end{strange}", "x" * 5_000, "{" * 200 + "}" * 200, r"\frac{1}", "^"],
)  # fmt: skip
def test_what_cannot_be_set_is_left_to_its_source(formula):
    assert to_mathml(formula, "inline") is None


@pytest.mark.parametrize(
    "environment", ["align", "align*", "aligned", "split", "eqnarray", "gather", "matrix", "pmatrix", "cases"]
)
def test_environments_that_models_write_become_tables(environment):
    mathml = to_mathml(rf"\begin{{{environment}}}a&=b\\c&=d\end{{{environment}}}", "block")
    assert mathml.count("<mtr>") == 2
    assert "&amp;" not in mathml


def test_lines_outside_of_any_environment_stand_below_one_another():
    assert to_mathml(r"x = 1 \\ y = 2", "block").count("<mtr>") == 2


def test_an_equation_is_its_formula():
    assert to_mathml(r"\begin{equation}x\end{equation}", "block") == to_mathml("x", "block")


@pytest.mark.parametrize(
    ("formula", "seen"),
    [
        (r"n \log n", "n log n"),
        (r"2\sin^2 x", "2 sin2 x"),
        (r"\log\log n", "log log n"),
        (r"\ln\frac{a}{b}", "ln ab"),
        (r"\cos(x) + \exp\left(x\right)", "cos(x)+exp(x)"),
        (r"x = \tan y", "x=tan y"),
        (r"\arg\max_x y", "argmaxxy"),
        (r"\mathrm{kg}\, x", "kg x"),
    ],
)
def test_the_name_of_a_function_stands_apart_from_what_it_is_applied_to(formula, seen):
    mathml = to_mathml(formula, "inline")
    assert re.sub("<[^>]*>", "", mathml.replace("<mspace", " <mspace")) == seen
