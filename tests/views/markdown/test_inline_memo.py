from bedrock_nb.views.markdown import MarkdownStream, render_markdown
from bedrock_nb.views.markdown.blocks import References, render
from bedrock_nb.views.markdown.inline_memo import InlineMemo
from bedrock_nb.views.markdown.parser import parser


def looked_into(monkeypatch):
    """The insides that are parsed from now on."""
    parsed, parse = [], parser().inline.parse
    monkeypatch.setattr(parser().inline, "parse", lambda source, *rest: parsed.append(source) or parse(source, *rest))
    return parsed


def test_an_inside_that_was_there_in_the_last_paint_is_not_looked_into_again(monkeypatch):
    parsed = looked_into(monkeypatch)
    stream = MarkdownStream()
    stream.append("- *one*\n- two")
    stream.append(" and more")
    assert parsed == ["*one*", "two", "two and more"]
    assert stream.html == render_markdown("- *one*\n- two and more")


def test_what_asks_for_a_definition_is_looked_into_each_time():
    memo, text = InlineMemo(), "[a] link"
    before = render(text, References({}), memo)
    memo.turn()
    known = {"A": {"href": "https://example.org", "title": "", "map": [0, 1]}}
    assert "<a " not in before
    assert "<a " in render(text, References(known), memo)


def test_what_a_paint_did_not_show_is_forgotten(monkeypatch):
    memo = InlineMemo()
    render("gone", References({}), memo)
    memo.turn()
    render("other", References({}), memo)
    memo.turn()
    parsed = looked_into(monkeypatch)
    render("gone", References({}), memo)
    assert parsed == ["gone"]


def test_a_task_and_a_text_of_the_same_words_stay_apart():
    text = "- [x] done\n- done\n"
    stream = MarkdownStream()
    for character in text:
        stream.append(character)
    assert stream.html == render_markdown(text)
