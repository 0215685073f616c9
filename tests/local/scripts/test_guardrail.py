from bedrock_nb.local.scripts.guardrail import MASKED, UNMASKED, guardrail

QUESTION = {"messages": [{"role": "user", "content": [{"text": "Whom do I write to?"}]}]}


def test_the_text_is_masked_and_the_trace_says_what_was():
    answer = guardrail(QUESTION)
    assert answer.stop_reason == "guardrail_intervened"
    assert answer.blocks[0].text == MASKED
    trace = answer.trace["guardrail"]
    assert trace["modelOutput"] == [UNMASKED]
    [(_, [assessment])] = trace["outputAssessments"].items()
    [found] = assessment["sensitiveInformationPolicy"]["piiEntities"]
    assert UNMASKED.replace(found["match"], "{EMAIL}") == MASKED


def test_the_guardrail_of_the_request_is_named():
    answer = guardrail({**QUESTION, "guardrailConfig": {"guardrailIdentifier": "abc123", "guardrailVersion": "1"}})
    assert list(answer.trace["guardrail"]["inputAssessment"]) == ["abc123"]


def test_a_trace_that_is_turned_off_is_left_out():
    assert guardrail({**QUESTION, "guardrailConfig": {"trace": "disabled"}}).trace is None
