import pytest

from bedrock_nb.core.errors import Throttled
from bedrock_nb.views.markdown_view import harmless, markdown_of
from bedrock_nb.views.panel.present import panel_of
from bedrock_nb.views.text import WIDTH, text_of
from views import samples

ANSWERS = [samples.prose, samples.cited, samples.guarded, samples.failed]


@pytest.mark.parametrize("sample", ANSWERS)
@pytest.mark.parametrize("form", [text_of, markdown_of])
def test_the_answer_is_there_word_by_word(sample, form):
    text = form(panel_of(sample()))
    for word in sample().text.split():
        assert word.rstrip(",.") in text


@pytest.mark.parametrize("form", [text_of, markdown_of])
def test_a_failure_is_told_with_its_request(form):
    text = form(panel_of(samples.failed()))
    for part in ("ThrottlingException", "please wait", samples.RESPONSE["request_id"]):
        assert part in text


def test_an_exchange_reads_from_top_to_bottom():
    text = text_of(panel_of(samples.tools()))
    parts = ["╭ Thought for", "Let me look both up.", "▸ Tool call: get_weather", "◂ Result", "▸ Tool call: run_sql"]
    places = [text.index(part) for part in [*parts, "◂ Error", "Paris will be", "— Done"]]
    assert places == sorted(places)


def test_tool_input_in_text_is_laid_out():
    assert '  {\n    "city": "Paris",' in text_of(panel_of(samples.tools()))


def test_short_json_stands_on_one_line():
    assert '◂ Result\n  {"high": [21, 23, 19], "sky": "clear"}\n' in text_of(panel_of(samples.tools()))


def test_the_figures_are_wrapped_between_one_and_the_next():
    figures = text_of(panel_of(samples.tools())).rsplit("\n\n", 1)[1].split("\n")
    assert max(map(len, figures)) <= WIDTH
    assert all(line.endswith(" ·") for line in figures[:-1])


def test_a_list_of_sources_does_not_go_on_with_a_list_of_the_answer():
    cited = samples.Script().text("1. One\n2. Two", [{"title": "A report"}]).end().recording()
    assert "2. Two [1]\n\n**Sources**\n\n1. A report\n" in markdown_of(panel_of(cited))


def test_commands_in_advice_are_code_and_nothing_else_of_it_is():
    failure = Throttled("x", code="y", advice="Run `%bedrock models_*`, *then* [this](z).")
    text = markdown_of(panel_of(samples.Script().text("a").recording(failure=failure)))
    assert r"> Run `%bedrock models_*`, \*then\* \[this\](z)." in text
    failure = Throttled("x", code="y", advice="Run `%bedrock *models*")
    assert r"> Run \`%bedrock \*models\*" in markdown_of(panel_of(samples.Script().recording(failure=failure)))


def test_sources_are_numbered_where_they_are_cited_and_listed():
    text = text_of(panel_of(samples.cited()))
    assert "**12 %** [1], while" in text
    assert "  [2] Press release, https://example.com/press/2025" in text


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("a <b> c", "a &lt;b> c"),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("![x](y)", "&#33;[x](y)"),
        (r"\![x](y)", r"\&#33;[x](y)"),
        ("wow! [x](y)", "wow! [x](y)"),
        ("```html\n<b>\n```\n<i>", "```html\n<b>\n```\n&lt;i>"),
        ("````\n```\n<b>\n````\n<i>", "````\n```\n<b>\n````\n&lt;i>"),
        ("```\n<b>", "```\n<b>\n```"),
        ("  ```\n<b>", "  ```\n&lt;b>"),
    ],
)
def test_markdown_is_made_harmless_outside_code_that_stands_by_itself(source, result):
    assert harmless(source) == result
