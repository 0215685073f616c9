"""botocore's service model, walked: each member is read by the core, or listed here with a reason."""

import itertools

import botocore.session
import pytest

from bedrock_nb.core.endings import _KINDS
from bedrock_nb.core.events import StreamException, Unknown, is_exception, parse
from bedrock_nb.core.request.arguments import MEMBERS, build_request
from bedrock_nb.core.request.content import FORMATS
from bedrock_nb.core.turn import EMPTY_TURN, fold

NOT_READ = {
    "metadata.performanceConfig": "kept in the turn's metadata; nothing is worked out from it",
}
MODEL = botocore.session.get_session().get_service_model("bedrock-runtime")
OPERATION = MODEL.operation_model("ConverseStream")
OUTPUT = OPERATION.output_shape.members["stream"]


SIMPLE = {"string": "text", "blob": b"\xff\x00", "boolean": True, "integer": 7, "long": 7, "float": 7, "double": 7}


def examples(shape, depth=0):
    """Values of this shape: each member of each union once, with all other members set."""
    match shape.type_name:
        case "structure" if getattr(shape, "is_document_type", False):
            return [{"any": ["document"]}]
        case "structure" if getattr(shape, "is_tagged_union", False):
            return [{name: value} for name, member in shape.members.items() for value in examples(member, depth + 1)]
        case "structure":
            members = {name: examples(member, depth + 1) for name, member in shape.members.items() if depth < 6}
            longest = max([len(values) for values in members.values()], default=1)
            return [{name: values[n % len(values)] for name, values in members.items()} for n in range(longest)]
        case "list":
            return [[value] for value in examples(shape.member, depth + 1)]
        case "map":
            return [{"key": value} for value in examples(shape.value, depth + 1)]
    enum = getattr(shape, "enum", None)
    return enum[:1] if enum else [SIMPLE[shape.type_name]]


def output_events():
    return [{name: body} for name, shape in OUTPUT.members.items() for body in examples(shape)]


@pytest.mark.parametrize("wire", output_events(), ids=lambda wire: next(iter(wire)))
def test_every_event_of_the_service_model_is_known_and_folds_without_a_problem(wire):
    event = parse(wire)
    assert not isinstance(event, Unknown)
    turn = fold(EMPTY_TURN, event)
    orphan = "its start never came"
    assert [problem.message for problem in turn.problems if orphan not in problem.message] == []


def test_every_member_of_an_events_union_is_read():
    for name in ("contentBlockStart", "contentBlockDelta"):
        union = next(shape for shape in OUTPUT.members[name].members.values() if shape.type_name == "structure")
        for member, shape in union.members.items():
            for value in examples(shape):
                part = "start" if name == "contentBlockStart" else "delta"
                event = parse({name: {part: {member: value}, "contentBlockIndex": 0}})
                assert not isinstance(event, Unknown), f"{name}.{member}"


def test_every_member_of_the_metadata_is_read():
    (wire,) = [wire for wire in output_events() if "metadata" in wire][:1]
    turn = fold(EMPTY_TURN, parse(wire))
    read = {"usage": turn.usage, "metrics": turn.latency_ms, "trace": turn.trace, "serviceTier": turn.service_tier}
    for member in OUTPUT.members["metadata"].members:
        assert read.get(member) is not None or f"metadata.{member}" in NOT_READ, member


def test_every_count_of_the_usage_is_read():
    (wire,) = [wire for wire in output_events() if "metadata" in wire][:1]
    usage = fold(EMPTY_TURN, parse(wire)).usage
    numbers = [usage.input_tokens, usage.output_tokens, usage.total_tokens]
    cached = [usage.cache_read_tokens, usage.cache_write_tokens, usage.cache_details]
    assert len(numbers + cached) == len(OUTPUT.members["metadata"].members["usage"].members)
    assert all(numbers + cached)


def test_every_exception_of_the_stream_has_its_own_error():
    exceptions = {name for name in OUTPUT.members if is_exception(name)}
    assert set(_KINDS) == exceptions
    assert all(isinstance(parse({name: {"message": "m"}}), StreamException) for name in exceptions)


def test_the_request_has_the_members_that_the_service_model_has():
    assert set(MEMBERS) == set(OPERATION.input_shape.members)


@pytest.mark.parametrize("member", MEMBERS)
def test_every_member_of_the_request_can_be_given_by_its_own_name(member):
    needed = {"modelId": "a.b", "messages": [{"role": "user", "content": [{"text": "hi"}]}]}
    for example in itertools.islice(examples(OPERATION.input_shape.members[member]), 60):
        value = _with_text(example) if member == "messages" else example
        request = build_request(**{**needed, member: value})
        assert request[member] == value


def _with_text(messages):
    """The messages with the text that the service wants beside a document."""
    return [{**message, "content": [*message["content"], {"text": "hi"}]} for message in messages]


def test_the_formats_are_those_of_the_service_model():
    for kind, formats in FORMATS.items():
        assert set(formats) == set(MODEL.shape_for(f"{kind.capitalize()}Format").enum)
