import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_nb.core.request.masked import MASK, SAID, masked_places

PROFILE = f"arn:aws:bedrock:us-east-1:{MASK}:application-inference-profile/team"


def of_file(**place):
    return {"document": {"format": "pdf", "name": "a", "source": {"s3Location": place}}}


@pytest.mark.parametrize(
    ("request_", "places"),
    [
        ({"modelId": PROFILE}, ["modelId"]),
        (
            {"requestMetadata": {"owner": f"team-{MASK}", MASK: "x"}},
            ["requestMetadata.owner", f"requestMetadata.{MASK}"],
        ),
        ({"additionalModelRequestFields": {"a": [1, {"b": MASK}]}}, ["additionalModelRequestFields.a[1].b"]),
        (
            {"messages": [{"role": "user", "content": [of_file(uri=f"s3://b-{MASK}/k", bucketOwner=MASK)]}]},
            [f"messages[0].content[0].document.source.s3Location.{name}" for name in ("uri", "bucketOwner")],
        ),
        ({"toolConfig": {"tools": [{"description": f"Asks {PROFILE}"}]}}, ["toolConfig.tools[0].description"]),
        ({"toolConfig": {"enum": [MASK]}}, ["toolConfig.enum[0]"]),
        ({"outputConfig": {"schema": f'{{"enum": ["{MASK}"]}}'}}, ["outputConfig.schema"]),
    ],
)
def test_each_place_of_a_mask_is_named(request_, places):
    assert list(masked_places(request_)) == places


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"modelId": "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/team"},
        {"requestMetadata": {"stars": "*" * 13}},
        {"messages": [{"role": "user", "content": [{"text": f"What is {PROFILE}, and what {MASK}?"}]}]},
        {"system": [{"text": MASK}]},
        {"toolConfig": {"tools": [{"description": f"Shows a password as {MASK}"}]}},
    ],
)
def test_what_people_write_of_themselves_is_no_mask(request_):
    assert not list(masked_places(request_))


json_values = st.recursive(
    st.none() | st.integers() | st.text() | st.just(MASK),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
)


@given(st.dictionaries(st.text(), json_values, max_size=3))
def test_every_mask_that_stands_alone_is_found_but_for_what_was_said(request_):
    told = {name: value for name, value in request_.items() if name not in SAID}

    assert bool(list(masked_places(request_))) == (MASK in str(list(told.values())))
