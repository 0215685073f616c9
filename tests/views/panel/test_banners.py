import pytest

from bedrock_nb.core.errors import AccessDenied, IncompleteResponse, OnDemandNotSupported, Stopped, Throttled
from bedrock_nb.core.turn import fold_all
from bedrock_nb.views.panel.banners import MOST_PROBLEMS, banners_of
from bedrock_nb.views.panel.calls import Moment
from bedrock_nb.views.panel.guardrail import fired_policies
from bedrock_nb.views.panel.present import panel_of
from views import samples
from views.samples import Script


def banners(script, **rest):
    return panel_of(script.recording(**rest)).sections[0].banners


def test_an_ordinary_answer_has_none():
    assert banners(Script().text("a").end()) == ()


def test_an_error_is_named_with_its_request_and_what_to_do():
    error = Throttled("Too many requests.", code="ThrottlingException", request_id="r-1")
    (banner,) = banners(Script().text("a"), failure=error)
    assert (banner.tone, banner.title, banner.text) == ("error", "Throttled", "Too many requests.")
    assert (banner.code, banner.request_id, banner.advice) == ("ThrottlingException", "r-1", Throttled.advice_text)


@pytest.mark.parametrize(
    ("error", "title"),
    [(AccessDenied("x"), "Access denied"), (OnDemandNotSupported("x"), "On demand not supported")],
)
def test_the_title_of_an_error_is_in_words(error, title):
    (banner,) = banners_of(Moment(done=True, error=error))
    assert (banner.title, banner.code) == (title, error.code)


@pytest.mark.parametrize(
    ("error", "tone", "title"),
    [(Stopped("x"), "notice", "Stopped"), (IncompleteResponse("x"), "warning", "The answer is incomplete")],
)
def test_a_stop_and_a_cut_are_no_errors(error, tone, title):
    (banner,) = banners_of(Moment(done=True, error=error))
    assert (banner.tone, banner.title) == (tone, title)


@pytest.mark.parametrize(
    "reason",
    ["max_tokens", "model_context_window_exceeded", "content_filtered", "malformed_model_output", "malformed_tool_use"],
)
def test_each_way_to_be_cut_off_is_explained(reason):
    (banner,) = banners(Script().text("a").end(reason))
    assert banner.text
    assert banner.advice


def test_the_policies_of_a_guardrail_that_fired_are_named_without_what_they_matched():
    (banner,) = panel_of(samples.guarded()).sections[0].banners
    assert banner.details == (
        "Content filter: VIOLENCE (high confidence), blocked in the input",
        "Sensitive information: EMAIL, masked in the output",
    )
    assert "someone@example.com" not in str(banner)


def test_a_guardrail_without_a_trace_says_how_to_learn_more():
    (banner,) = banners(Script().text("a").end("guardrail_intervened"))
    assert "trace" in banner.advice


@pytest.mark.parametrize(
    ("policy", "line"),
    [
        ({"topicPolicy": {"topics": [{"name": "Finance", "action": "BLOCKED"}]}}, "Denied topic: Finance, blocked"),
        ({"wordPolicy": {"customWords": [{"match": "x", "detected": True}]}}, "Word filter: a word of the list, found"),
        ({"wordPolicy": {"managedWordLists": [{"type": "PROFANITY", "action": "BLOCKED"}]}}, "Word filter: PROFANITY"),
        ({"sensitiveInformationPolicy": {"regexes": [{"name": "id", "action": "ANONYMIZED"}]}}, "id, masked"),
        (
            {
                "contextualGroundingPolicy": {
                    "filters": [{"type": "GROUNDING", "score": 0.1, "threshold": 0.7, "action": "BLOCKED"}]
                }
            },
            "Contextual grounding: GROUNDING 0.10, threshold 0.7, blocked",
        ),
        ({"automatedReasoningPolicy": {"findings": [{"tooComplex": {}}]}}, "Automated reasoning: too complex"),
    ],
)
def test_every_policy_has_its_words(policy, line):
    (found,) = fired_policies({"inputAssessment": {"g": policy}})
    assert line in found
    assert found.endswith(" in the input")


def test_a_policy_that_found_nothing_is_not_named():
    nothing = {"contentPolicy": {"filters": [{"type": "HATE", "action": "NONE", "detected": False}]}}
    assert fired_policies({"inputAssessment": {"g": nothing}, "outputAssessments": {"g": [nothing]}}) == ()


@pytest.mark.parametrize("trace", [{}, {"inputAssessment": 1}, {"outputAssessments": {"g": "x"}}])
def test_a_trace_of_an_unknown_shape_names_nothing(trace):
    assert fired_policies(trace) == ()


def test_what_did_not_fit_is_listed_up_to_a_limit():
    script = Script()
    for _ in range(MOST_PROBLEMS + 5):
        script.add({"surprise": {}})
    (problems,) = banners(script.text("a").end())
    assert problems.details[-1] == "… and 5 more"
    assert fold_all([]).problems == ()
