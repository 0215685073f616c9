import pytest
from hypothesis import given
from hypothesis import strategies as st

import wires
from bedrock_nb.store.privacy import (
    MASK,
    masked_endpoint,
    masked_failure,
    masked_request,
    masked_response,
    masked_text,
    masked_wire,
)
from histories import made

ACCOUNT = "123456789012"
PROFILE = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/team"


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_account_in_an_arn_is_masked_and_the_rest_stays(partition):
    arn = PROFILE.replace("arn:aws:", f"arn:{partition}:")

    assert masked_text(arn) == arn.replace(ACCOUNT, MASK)


@pytest.mark.parametrize(
    "text",
    [
        "us.amazon.nova-lite-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        "arn:aws:s3:::bucket/key",
        "",
    ],
)
def test_what_names_nobody_stays_as_it_is(text):
    assert masked_text(text, bare=True) == text


def test_who_called_is_masked_whole():
    said = (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/admin/jo is not authorized to perform: bedrock:Invoke on {PROFILE}"
    )

    masked = masked_failure({"message": said, "code": "AccessDeniedException"})["message"]

    assert ACCOUNT not in masked
    assert "admin" not in masked
    assert "jo " not in masked
    assert "is not authorized to perform: bedrock:Invoke" in masked


def test_an_account_id_that_stands_alone_in_a_message_is_masked():
    assert masked_failure({"message": f"Account {ACCOUNT} is throttled."})["message"] == f"Account {MASK} is throttled."


def test_what_was_said_in_a_request_stays_and_what_surrounds_it_is_masked():
    said = [{"role": "user", "content": [{"text": f"Explain {PROFILE}"}]}]
    document = {"document": {"source": {"s3Location": {"uri": "s3://b/k", "bucketOwner": ACCOUNT}}}}
    request = {"modelId": PROFILE, "messages": [*said, {"role": "user", "content": [document]}]}

    masked = masked_request(request)

    assert masked["modelId"] == PROFILE.replace(ACCOUNT, MASK)
    assert masked["messages"][0] == said[0]
    assert masked["messages"][1]["content"][0]["document"]["source"]["s3Location"]["bucketOwner"] == MASK
    assert request["modelId"] == PROFILE


@given(wires.wires)
def test_what_the_model_said_stays(wire):
    spoken = {"contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStart", "messageStop"}

    assert masked_wire(wire) == wire or not spoken >= set(wire)


def test_what_a_trace_names_is_masked():
    wire = {"metadata": {"trace": {"promptRouter": {"invokedModelId": PROFILE}}}}

    assert ACCOUNT not in str(masked_wire(wire))


def test_headers_of_a_response_are_not_kept():
    kept = masked_response({"request_id": "r", "HTTPHeaders": {"authorization": "secret"}, "region": "eu-west-1"})

    assert kept == {"request_id": "r", "region": "eu-west-1"}


@pytest.mark.parametrize(
    ("endpoint", "kept"),
    [
        (None, None),
        ("https://me:password@proxy.example:8443/path?token=secret", "https://proxy.example:8443/path"),
        ("https://bedrock-runtime.us-east-1.amazonaws.com", "https://bedrock-runtime.us-east-1.amazonaws.com"),
    ],
)
def test_an_address_is_kept_without_its_secrets(endpoint, kept):
    assert masked_endpoint(endpoint) == kept


@given(st.text())
def test_any_text_can_be_masked(text):
    assert ACCOUNT not in masked_text(f"{text} arn:aws:bedrock:us-east-1:{ACCOUNT}:x", bare=True) or ACCOUNT in text


def test_a_request_that_names_nobody_is_kept_as_it_is():
    assert masked_request(made().request) == made().request
