import gc
import json
from dataclasses import dataclass

import jsonschema
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from bedrock_nb.core.errors import BedrockError, IncompleteResponse, InvalidInput, MissingExtra
from bedrock_nb.notebook.calling.asking import exchange
from bedrock_nb.notebook.calling.structured import Schema, parsed, with_schema
from bedrock_nb.notebook.keeping.recording import Recording

DEFAULT = "local.scripted-default-v1:0"
TOOLS = "local.scripted-tools-v1:0"
CITY = {"type": "object", "properties": {"name": {"type": "string", "minLength": 2}}, "required": ["name"]}


class Person(BaseModel):
    """Somebody."""

    name: str
    age: int = Field(ge=0, description="In years.")


@dataclass
class Point:
    x: float
    y: float = 0.0


class Row(TypedDict):
    cells: list[str]


def answer(text, schema, *, stop="end_turn", **rest):
    """A recording of this answer to a request for this schema."""
    events = [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": text}}},
        *([{"messageStop": {"stopReason": stop}}] if stop else []),
    ]
    return Recording.from_events(events, request=with_schema({"modelId": "m"}, schema), **rest)


def test_a_model_s_schema_is_made_to_fit_what_the_service_takes():
    request = with_schema({"modelId": "m"}, Schema.of(Person))
    asked = request["outputConfig"]["textFormat"]["structure"]["jsonSchema"]
    assert (asked["name"], asked["description"]) == ("Person", "Somebody.")
    assert json.loads(asked["schema"]) == {
        "type": "object",
        "description": "Somebody.",
        "properties": {
            "name": {"type": "string"},
            "age": {"type": "integer", "description": "In years. Has to be: at least 0."},
        },
        "required": ["name", "age"],
        "additionalProperties": False,
    }


def test_a_dict_is_sent_as_it_is():
    asked = with_schema({}, Schema.of(CITY))["outputConfig"]["textFormat"]["structure"]["jsonSchema"]
    assert json.loads(asked["schema"]) == CITY
    assert asked["name"] == "answer"


def test_a_file_is_read(tmp_path):
    path = tmp_path / "city.json"
    path.write_text(json.dumps(CITY | {"title": "A city!"}))
    made = Schema.of(str(path))
    assert made == Schema.of(path)
    assert (dict(made.json), made.name) == (CITY | {"title": "A city!"}, "A_city")


def test_a_name_of_the_notebook_is_looked_up_before_files():
    assert Schema.of("Person", namespace={"Person": Person}).name == "Person"
    assert Schema.of("city", namespace={"city": CITY}).json == CITY


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("Persn", "There is no schema `Persn`"),
        ("missing.json", "cannot be read: No such file"),
        (5, "5 is no schema"),
        ({"type": "array"}, "has to be that of an object"),
        ({"type": "objekt"}, "This is no JSON Schema: `type`"),
        ({"type": "object", "properties": {"a": {"minimum": "x"}}}, r"`properties\.a\.minimum`"),
        (int, "has to be that of an object"),
        (type(len), "has no JSON Schema"),
    ],
)
def test_what_is_no_schema_is_told_before_anything_is_sent(source, why):
    with pytest.raises(InvalidInput, match=why):
        Schema.of(source, namespace={"Person": Person})


def test_the_nearest_name_is_offered():
    with pytest.raises(InvalidInput) as caught:
        Schema.of("Persn", namespace={"Person": Person})
    assert caught.value.advice == "Did you mean `Person`?"


def test_a_file_that_is_not_json_is_told(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{")
    with pytest.raises(InvalidInput, match="is not JSON"):
        Schema.of(path)


def test_there_are_two_ways_and_no_third():
    with pytest.raises(InvalidInput, match="'magic' is no way"):
        Schema.of(CITY, mode="magic")


def test_two_forms_at_once_are_refused():
    asked = with_schema({}, Schema.of(CITY))
    with pytest.raises(InvalidInput, match="Two forms"):
        with_schema(asked, Schema.of(CITY))


def test_a_forced_tool_shuts_out_others():
    with pytest.raises(InvalidInput, match="no other tool can be used"):
        with_schema({"toolConfig": {"tools": [{}]}}, Schema.of(CITY, mode="tool"))


def test_other_output_options_stay():
    assert with_schema({"outputConfig": {"effort": "low"}}, Schema.of(CITY))["outputConfig"]["effort"] == "low"


@pytest.mark.parametrize("mode", ["native", "tool"])
@pytest.mark.parametrize(
    ("form", "kind"),
    [(Person, Person), (Point, Point), (Row, dict), (CITY, dict)],
    ids=["model", "dataclass", "typed", "dict"],
)
def test_the_value_comes_as_what_was_asked_for(endpoint, mode, form, kind):
    model = DEFAULT if mode == "native" else TOOLS
    value = parsed(exchange("Who?", model=model, schema=form, schema_mode=mode, namespace={}).result())
    assert isinstance(value, kind)


@pytest.mark.parametrize("mode", ["native", "tool"])
def test_it_is_known_from_the_recording_alone(endpoint, mode, tmp_path):
    """What is read in another process has no Python type, but the same JSON, and its schema."""

    class Gone(BaseModel):
        name: str

    model = DEFAULT if mode == "native" else TOOLS
    recording = exchange("Who?", model=model, schema=Gone, schema_mode=mode, namespace={}).result()
    value = parsed(recording)
    kind, kept = type(value), recording.to_dict()
    assert kind is Gone
    del Gone, kind, recording
    expected = value.model_dump()
    del value
    gc.collect()
    assert parsed(Recording.from_dict(kept)) == expected


def test_types_of_the_same_fields_are_kept_apart():
    class City(BaseModel):
        name: str

    class Country(BaseModel):
        name: str

    city, country = Schema.of(City), Schema.of(Country)
    assert isinstance(parsed(answer('{"name": "Bern"}', city)), City)
    assert isinstance(parsed(answer('{"name": "Bern"}', country)), Country)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"name": "B"}', "`name`: 'B' is too short"),
        ("{}", "'name' is a required property"),
        ("5", "5 is not of type 'object'"),
        ('{"name": "Be', "it is not whole JSON"),
        ("Sure! Here it is:", "it is not whole JSON"),
    ],
)
def test_an_answer_of_another_form_is_told_with_the_place(text, why):
    recording = answer(text, Schema.of(CITY))
    with pytest.raises(BedrockError, match=why) as caught:
        parsed(recording)
    assert caught.value.code == "UnfitAnswer"
    assert caught.value.recording is recording


def test_a_python_type_checks_more_than_the_service_does():
    with pytest.raises(BedrockError, match="`age`: Input should be greater than or equal to 0"):
        parsed(answer('{"name": "a", "age": -1}', Schema.of(Person)))


def test_an_answer_that_was_cut_off_says_what_to_do():
    with pytest.raises(BedrockError) as caught:
        parsed(answer('{"name": "Be', Schema.of(CITY), stop="max_tokens"))
    assert caught.value.advice == "It was cut off: raise --max-tokens (max_tokens= in Python)."


def test_a_call_that_failed_fails_again_with_its_own_error():
    with pytest.raises(IncompleteResponse):
        parsed(answer('{"name": "Bern"}', Schema.of(CITY), stop=None))


def test_a_model_that_did_not_call_its_tool_is_told():
    schema = Schema.of(CITY, mode="tool")
    with pytest.raises(BedrockError, match="did not call `answer`"):
        parsed(answer("No.", schema))


@pytest.mark.parametrize("request_", [{}, {"toolConfig": {"tools": [], "toolChoice": {"auto": {}}}}])
def test_a_call_that_asked_for_no_form_has_no_value(request_):
    with pytest.raises(InvalidInput, match="did not ask for an answer of a given form"):
        parsed(Recording(request=request_))


def test_the_schema_that_is_sent_is_one():
    for form in (Person, Point, Row):
        jsonschema.Draft202012Validator.check_schema(Schema.of(form).json)


def test_without_its_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "jsonschema", None)
    with pytest.raises(MissingExtra, match="Answers of a given form need jsonschema"):
        Schema.of(CITY)
