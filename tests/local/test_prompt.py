import base64

from bedrock_nb.local import prompt


def conversation(*messages):
    return {"messages": [{"role": role, "content": content} for role, content in messages]}


RESULT = {"toolResult": {"toolUseId": "tooluse_1", "content": [{"text": "sunny"}, {"json": {"c": 30}}]}}


def test_the_prompt_is_the_newest_user_text():
    request = conversation(("user", [{"text": "old"}]), ("assistant", [{"text": "no"}]), ("user", [RESULT]))
    assert prompt.last_user_text(request) == "old"
    assert prompt.last_user_text({}) == ""


def test_opening_words_are_few_and_on_one_line():
    request = conversation(("user", [{"text": "one\ntwo  three four five six seven eight nine"}]))
    assert prompt.opening_words(request) == "one two three four five six seven eight…"
    assert prompt.opening_words(conversation(("user", [{"text": "hello"}]))) == "hello"
    assert len(prompt.opening_words(conversation(("user", [{"text": "x" * 1_000_000}])))) == 81


def test_a_tool_choice_narrows_the_tools():
    tools = [{"toolSpec": {"name": name}} for name in ("a", "b")] + [{"cachePoint": {"type": "default"}}]
    assert [spec["name"] for spec in prompt.tool_specs({"toolConfig": {"tools": tools}})] == ["a", "b"]
    chosen = {"toolConfig": {"tools": tools, "toolChoice": {"tool": {"name": "b"}}}}
    assert [spec["name"] for spec in prompt.tool_specs(chosen)] == ["b"]
    assert prompt.tool_specs({}) == []


def test_rounds_are_counted_since_the_last_question():
    request = conversation(
        ("user", [{"text": "first"}]),
        ("assistant", []),
        ("user", [RESULT]),
        ("assistant", []),
        ("user", [{"text": "second"}]),
        ("assistant", []),
        ("user", [RESULT]),
        ("assistant", []),
        ("user", [RESULT, {"text": "and this"}]),
    )
    assert prompt.tool_rounds(request) == 2
    assert prompt.latest_tool_results(request) == [RESULT["toolResult"]]
    assert prompt.latest_tool_results({}) == []


def test_a_result_is_one_line():
    assert prompt.result_text(RESULT["toolResult"]) == 'sunny; {"c": 30}'
    assert prompt.result_text({"content": [{"image": {}}]}) == "(image)"
    assert prompt.result_text({"content": []}) == "(nothing)"


def test_documents_are_read_as_text_where_they_are_text():
    encoded = base64.b64encode("Grüße".encode()).decode()
    assert prompt.document_text({"source": {"text": "plain"}}) == "plain"
    assert prompt.document_text({"source": {"content": [{"text": "a"}, {"text": "b"}]}}) == "a\nb"
    assert prompt.document_text({"format": "md", "source": {"bytes": encoded}}) == "Grüße"
    assert prompt.document_text({"format": "pdf", "source": {"bytes": encoded}}) is None
    assert prompt.document_text({"format": "txt", "source": {"s3Location": {"uri": "s3://b/k"}}}) is None


def test_the_schema_of_the_answer_is_found():
    structure = {"jsonSchema": {"schema": '{"type": "object"}'}}
    request = {"outputConfig": {"textFormat": {"type": "json_schema", "structure": structure}}}
    assert prompt.json_schema(request) == {"type": "object"}
    assert prompt.json_schema({"outputConfig": {"effort": "low"}}) is None
