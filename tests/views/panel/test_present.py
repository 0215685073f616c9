import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.errors import ConnectionCut, IncompleteResponse, Stopped
from bedrock_nb.core.event_log import EventLog
from bedrock_nb.core.recording import Recording
from bedrock_nb.core.turn import fold_log
from bedrock_nb.views.panel.calls import Moment, moment_of
from bedrock_nb.views.panel.panel import LooseResult, Passage, Piece, Reasoning, State, ToolCall, ToolResult, Unknown
from bedrock_nb.views.panel.present import panel_of, present
from bedrock_nb.views.panel.spans import with_events
from views import samples
from views.samples import Script, prose


def blocks_of(script):
    return panel_of(script.recording()).sections[0].blocks


def live(script, asked=None, **rest):
    """The panel of a call that still runs."""
    log = EventLog(script.events)
    moment = Moment(turn=fold_log(log), spans=with_events((), log.stretches()), elapsed=script.seconds, **rest)
    return present([moment], asked=asked)


@pytest.mark.parametrize("sample", samples.ALL)
def test_a_panel_is_json(sample):
    panel = panel_of(sample())
    assert json.loads(json.dumps(dataclasses.asdict(panel)))["strip"]["state"] == panel.strip.state.value


class TestBlocks:
    def test_interleaved_text_blocks_stand_apart_in_their_order(self):
        script = Script()
        for index, text in ((0, "Hel"), (1, "Wor"), (0, "lo"), (1, "ld")):
            script.index = index
            script.delta({"text": text})
        assert [block.text for block in blocks_of(script)] == ["Hello", "World"]

    def test_empty_text_makes_no_block(self):
        assert blocks_of(Script().delta({"text": ""}).stop_block().text("Hello")) == blocks_of_only("Hello", index=1)

    def test_cited_text_that_the_service_cut_up_is_one_passage_with_its_marks(self):
        (passage,) = panel_of(samples.cited()).sections[0].blocks
        assert passage.text.startswith("The two reports disagree. The annual report has")
        assert [piece.marks for piece in passage.pieces] == [(), (1,), (), (1, 2), ()]
        assert [source.number for source in passage.sources] == [1, 2]

    def test_a_mark_is_set_only_when_its_text_is_whole(self):
        script = Script()
        script.delta({"citation": {"title": "A"}}).delta({"text": "Cit"})
        (passage,) = live(script).sections[0].blocks
        assert passage.pieces[0].marks == ()
        assert passage.sources[0].title == "A"

    def test_sources_are_unfolded_once_no_text_can_come_above_them(self):
        script = Script().text("Cited", [{"title": "A"}])
        assert not live(script).sections[0].blocks[0].lists_sources
        assert live(Script().text("Cited", [{"title": "A"}]).tool("n", "{}")).sections[0].blocks[0].lists_sources
        assert live(script.end()).sections[0].blocks[0].lists_sources

    def test_reasoning_is_open_while_it_grows_and_folded_once_text_follows(self):
        script = Script()
        script.delta({"reasoningContent": {"text": "Hm"}})
        (thinking,) = live(script).sections[0].blocks
        assert (thinking.growing, thinking.is_open, thinking.seconds) == (True, True, None)
        reasoning, _ = blocks_of(Script().reasoning("Hm").text("Ah"))
        assert (reasoning.growing, reasoning.is_open, reasoning.signed) == (False, False, True)

    def test_reasoning_with_nothing_after_it_stays_open_to_read(self):
        (reasoning,) = blocks_of(Script().reasoning("Hm"))
        assert reasoning.is_open

    def test_reasoning_took_the_time_from_what_came_before_it_to_its_last_event(self):
        script = Script(start=1.0, step=0.5)
        reasoning, _ = blocks_of(script.reasoning("ab", signature="", size=1).text("Ah"))
        assert reasoning.seconds == pytest.approx(1.5)

    def test_redacted_reasoning_is_told_by_its_size_and_never_shown(self):
        (reasoning,) = blocks_of(Script().redacted(b"\xff\xfe\x00"))
        assert (reasoning.redacted_bytes, reasoning.text) == (3, "")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", ""),
            ('{"a": 1}', ""),
            ('{"a": ', "(expecting value at line 1, column 7)"),
            ('{"a": "b', "(unterminated string starting at line 1, column 7)"),
            ("[1]", "not an object"),
            ("[" * 100_000, "not valid JSON"),
        ],
    )
    def test_a_tool_input_that_is_none_is_said_to_be_none(self, text, problem):
        (call,) = blocks_of(Script().tool("t", text, size=100_000))
        assert (problem in call.problem) if problem else call.problem == ""

    def test_a_tool_input_is_not_judged_while_it_grows(self):
        script = Script()
        script.start_block({"toolUse": {"toolUseId": "t", "name": "n"}})
        script.delta({"toolUse": {"input": '{"a'}})
        (call,) = live(script).sections[0].blocks
        assert (call.problem, call.growing) == ("", True)

    def test_a_result_has_its_place_from_the_end_of_the_input_on(self):
        script = Script().tool("n", "{}", "t-1")
        script.start_block({"toolUse": {"toolUseId": "t-2", "name": "n"}})
        assert [call.waits_for for call in live(script).sections[0].blocks] == ["result", ""]
        script.stop_block().end("tool_use")
        assert [call.waits_for for call in live(script).sections[0].blocks] == ["result", "result"]
        assert [call.waits_for for call in live(script, asked=0).sections[0].blocks] == ["consent", "turn"]
        assert [call.waits_for for call in live(script, asked=1).sections[0].blocks] == ["result", "consent"]

    def test_after_the_answer_a_result_can_come_with_the_next_call_where_nothing_went_wrong(self):
        script = Script().tool("n", "{}").end("tool_use")
        for failure, waits_for in ((None, "next call"), (Stopped("x"), "nothing"), (ConnectionCut("x"), "nothing")):
            (call,) = panel_of(script.recording(failure=failure)).sections[0].blocks
            assert call.waits_for == waits_for

    def test_the_first_call_of_an_exchange_is_shown_alone_with_no_word_against_its_tools(self):
        first, _ = samples.tools()
        calls = [block for block in panel_of(first).sections[0].blocks if isinstance(block, ToolCall)]
        assert {call.waits_for for call in calls} == {"next call"}

    def test_a_servers_tool_runs_from_the_end_of_its_input_to_that_of_the_message(self):
        script = Script().tool("n", "{}", kind="server_tool_use")
        assert [call.waits_for for call in live(script).sections[0].blocks] == ["service"]
        script.end()
        assert [call.waits_for for call in live(script).sections[0].blocks] == ["result"]

    def test_a_servers_result_that_just_begins_is_not_there_yet_and_one_that_ends_empty_is(self):
        script = Script().tool("n", "{}", kind="server_tool_use")
        script.start_block({"toolResult": {"toolUseId": "tooluse_1", "status": "success"}})
        (call,) = live(script).sections[0].blocks
        assert (call.result, call.waits_for) == (None, "service")
        script.stop_block()
        (call,) = live(script).sections[0].blocks
        assert call.result == ToolResult(failed=False, parts=())

    def test_a_call_that_broke_off_waits_for_no_result(self):
        script = Script()
        script.start_block({"toolUse": {"toolUseId": "t", "name": "n"}})
        (call,) = blocks_of(script)
        assert (call.waits_for, call.growing) == ("", False)

    def test_a_servers_result_stands_with_its_call(self):
        call, _ = panel_of(samples.server_tools()).sections[0].blocks
        assert call.server
        assert json.loads(call.result.parts[0].text)["hits"]

    def test_a_result_whose_call_is_not_there_stands_alone(self):
        (result,) = blocks_of(Script().result([{"text": "x"}], "nobody", "error"))
        assert isinstance(result, LooseResult)
        assert result.result.failed

    def test_what_the_clients_tools_gave_back_is_read_from_the_next_request(self):
        first, second = panel_of(samples.tools()).sections
        calls = [block for block in first.blocks if isinstance(block, ToolCall)]
        assert [call.result.failed for call in calls] == [False, True]
        assert [type(block) for block in second.blocks] == [Passage]

    def test_an_unknown_block_keeps_its_name_and_its_events(self):
        (block,) = blocks_of(Script().unknown())
        assert isinstance(block, Unknown)
        assert block.name == "hologram"
        assert len(json.loads(block.json)) == 2


def blocks_of_only(text, index):
    return (Passage(f"0.{index}", (Piece(text),)),)


class TestState:
    @pytest.mark.parametrize(
        ("delta", "state"),
        [
            ({"text": "a"}, State.ANSWERING),
            ({"reasoningContent": {"text": "a"}}, State.THINKING),
            ({"toolUse": {"input": "{"}}, State.CALLING),
            ({"citation": {}}, State.ANSWERING),
        ],
    )
    def test_a_live_call_is_doing_what_its_latest_event_says(self, delta, state):
        assert live(Script().delta(delta)).strip.state is state

    def test_before_anything_came_it_is_waiting(self):
        assert present([Moment()]).strip.state is State.WAITING
        assert live(Script()).strip.state is State.WAITING

    @pytest.mark.parametrize(
        ("error", "state"),
        [
            (None, State.DONE),
            (Stopped("x"), State.STOPPED),
            (IncompleteResponse("x"), State.INCOMPLETE),
            (ConnectionCut("x"), State.FAILED),
        ],
    )
    def test_a_call_that_is_over_ended_as_its_error_says(self, error, state):
        assert present([Moment(done=True, error=error)]).strip.state is state

    def test_a_stream_that_breaks_off_is_incomplete_and_keeps_its_text(self):
        panel = panel_of(samples.incomplete())
        assert panel.strip.state is State.INCOMPLETE
        assert panel.text.startswith("The first half")


class TestStrip:
    def test_the_figures_are_those_of_the_recording(self):
        recording = prose()
        strip = panel_of(recording, cost=0.0123).strip
        metrics = recording.metrics
        assert (strip.first_text, strip.elapsed) == (metrics.time_to_first_text, metrics.duration)
        assert strip.tokens_per_second == pytest.approx(metrics.tokens_per_second)
        assert (strip.input_tokens, strip.output_tokens, strip.cache_read_tokens) == (812, 1630, 2701)
        assert (strip.cost, strip.region) == (0.0123, "us-east-1")

    def test_the_region_stays_while_a_further_call_waits_for_its_answer(self):
        first = moment_of(samples.tools()[0])
        assert present([first, Moment(request=samples.REQUEST)]).strip.region == "us-east-1"

    def test_an_exchange_adds_up_its_calls(self):
        one, two = samples.tools()
        strip = panel_of([one, two]).strip
        assert strip.output_tokens == one.usage.output_tokens + two.usage.output_tokens
        assert strip.elapsed == pytest.approx(one.metrics.duration + two.metrics.duration)

    @pytest.mark.parametrize(
        ("reason", "shown"), [("end_turn", ""), ("tool_use", ""), ("max_tokens", "max tokens"), ("new_one", "new one")]
    )
    def test_only_an_unusual_stop_reason_is_shown(self, reason, shown):
        assert panel_of(Script().text("a").end(reason).recording()).strip.stop_reason == shown

    def test_what_nobody_measured_is_not_shown(self):
        recording = Recording.from_events([wire for _, wire in prose().wire_events])
        strip = panel_of(recording).strip
        assert (strip.elapsed, strip.first_text, strip.tokens_per_second) == (None, None, None)


MEMBERS = ["contentBlockDelta", "contentBlockIndex", "delta", "text", "metadata", "trace", "guardrail"]
WIRES = st.lists(
    st.recursive(
        st.none() | st.integers(-1, 3) | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(MEMBERS),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).filter(lambda value: isinstance(value, dict)),
    max_size=6,
)


@given(WIRES)
def test_whatever_the_service_sends_there_is_a_panel(wires):
    panel = panel_of(Recording.from_events(wires))
    json.dumps(dataclasses.asdict(panel))


def test_the_same_recording_gives_the_same_panel():
    assert panel_of(prose()) == present([moment_of(prose())])
    assert isinstance(panel_of(prose()).sections[0].blocks[0], Reasoning)
