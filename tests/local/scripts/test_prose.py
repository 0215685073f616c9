import json

from markdown_it import MarkdownIt

from bedrock_nb.local.scripts import prose


def request(text="Why is the sky blue?", **members):
    return {"messages": [{"role": "user", "content": [{"text": text}]}], **members}


def said(answer):
    [block] = answer.blocks
    return block.text


def test_the_default_quotes_the_prompt():
    assert "“Why is the sky blue?”" in said(prose.default(request()))
    assert "the first message" in said(prose.default(request()))


def test_the_default_counts_the_messages():
    turns = [*request()["messages"], {"role": "assistant", "content": []}, *request()["messages"]]
    assert "message number 2 from you" in said(prose.default({"messages": turns}))


def test_the_default_answers_in_json_where_it_is_asked_to():
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}, "required": ["n"]}
    structure = {"jsonSchema": {"schema": json.dumps(schema)}}
    asked = request(outputConfig={"textFormat": {"type": "json_schema", "structure": structure}})
    assert json.loads(said(prose.default(asked))) == {"n": 3}


def test_the_echo_is_the_prompt():
    assert said(prose.echo(request("  any\n\ttext  "))) == "  any\n\ttext  "


def test_the_long_answer_has_all_that_markdown_has():
    text = said(prose.markdown(request()))
    html = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    for tag in ("<h1>", "<h3>", "<table>", "<pre>", "<blockquote>", "<ol>", "<ul>", "<hr", "<a ", "<strong>", "<em>"):
        assert tag in html
    for detail in (
        "$$",
        "$\\lambda$",
        "$45.50",
        "- [x]",
        "```python",
        "“" if "“" in text else "«Why is the sky blue?»",
    ):
        assert detail in text
    assert len(text) > 2000
