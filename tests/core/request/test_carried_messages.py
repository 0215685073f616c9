from bedrock_nb.core.request.carried_messages import answered, for_another_model, in_words, told, without_cache_points

CALL = {"toolUse": {"toolUseId": "1", "name": "weather", "input": {"city": "Zürich"}}}
SERVER_CALL = {"toolUse": {"toolUseId": "s", "name": "search", "input": {}, "type": "server_tool_use"}}
RESULT = {"toolResult": {"toolUseId": "1", "content": [{"json": {"t": 20}}, {"text": "warm"}, {"image": {}}]}}
FAILURE = {"toolResult": {"toolUseId": "1", "content": [{"text": "no"}], "status": "error"}}
SIGNED = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}


def user(*parts):
    return {"role": "user", "content": list(parts)}


def assistant(*parts):
    return {"role": "assistant", "content": list(parts)}


def test_a_call_is_answered_by_the_very_next_message():
    assert answered([user({"text": "a"}), assistant(CALL), user(RESULT), assistant({"text": "b"})])
    assert not answered([user({"text": "a"}), assistant(CALL)])
    assert not answered([assistant(CALL), user({"text": "b"}), user(RESULT)])


def test_the_service_answers_its_own_calls():
    assert answered([assistant(SERVER_CALL)])


def test_another_model_is_not_sent_what_it_cannot_read():
    assert for_another_model([assistant(SIGNED, {"text": "a"})]) == [assistant({"text": "a"})]


def test_no_message_is_left_empty():
    assert for_another_model([assistant(SIGNED)]) == [assistant({"text": "(nothing that can be sent again)"})]


def test_calls_and_results_can_be_told_in_words():
    messages = [assistant({"text": "I look."}, CALL), user(RESULT), assistant(CALL), user(FAILURE)]
    assert in_words(messages) == [
        assistant({"text": "I look."}, {"text": '[called weather with {"city": "Zürich"}]'}),
        user({"text": '[it gave: {"t": 20} warm (image)]'}),
        assistant({"text": '[called weather with {"city": "Zürich"}]'}),
        user({"text": "[it failed: no]"}),
    ]


def test_cache_points_stay_behind():
    point = {"cachePoint": {"type": "default"}}
    assert without_cache_points([user({"text": "a"}, point)]) == [user({"text": "a"})]


def test_a_cited_answer_is_one_text():
    cited = {"citationsContent": {"content": [{"text": "the sky is blue"}], "citations": []}}
    assert told(assistant({"text": "They say "}, cited, {"text": "."})) == "They say the sky is blue."


def test_reasoning_is_not_told():
    assert told(assistant(SIGNED, {"text": "a"}, CALL)) == 'a\n\n[called weather with {"city": "Zürich"}]'


def test_the_texts_of_a_user_stay_apart():
    guarded = {"guardContent": {"text": {"text": "b"}}}
    assert told(user({"image": {}}, {"text": "a"}, guarded)) == "(image)\n\na\n\nb"
