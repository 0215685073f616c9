import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wires
from bedrock_nb.store.keys import cache_key
from bedrock_nb.store.privacy import (
    MASK,
    address_of,
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
        "it took 0.123456789012 s",
        "6f9619ff-8b86-d011-b42d-123456789012",
        "trace 4bf92f3577b34da6a3ce929123456789012e0736",
        "order 1234567890123",
    ],
)
def test_what_names_nobody_stays_as_it_is(text):
    assert masked_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "account={}",
        "acct{}",
        "team-{}-prod",
        "{}.dkr.ecr.us-east-1.amazonaws.com",
        "arn:aws:s3:::logs-{}-us-east-1/key",
        "Account ({}) is throttled",
    ],
)
@pytest.mark.parametrize("account", [ACCOUNT, "1234-5678-9012"])
def test_an_account_id_is_masked_wherever_it_stands(text, account):
    assert masked_text(text.format(account)) == text.format(MASK)


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "ASIAY34FZKBOKMUTVV7A"])
def test_an_access_key_tells_the_account_and_is_masked(key):
    assert key not in masked_text(f"Credential={key}/20261103/us-east-1/bedrock/aws4_request is not valid")


def test_who_called_is_masked_whole():
    said = (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/admin/jo is not authorized to perform: bedrock:Invoke on {PROFILE}"
    )

    masked = masked_failure({"message": said, "code": "AccessDeniedException"})["message"]

    assert ACCOUNT not in masked
    assert "admin" not in masked
    assert "jo " not in masked
    assert "is not authorized to perform: bedrock:Invoke" in masked


@pytest.mark.parametrize(
    "parameters",
    [
        {"requestMetadata": {"account": ACCOUNT, "owner": f"team-{ACCOUNT}"}},
        {"requestMetadata": {ACCOUNT: "ours"}},
        {"additionalModelRequestFields": {"billing": {"accountId": int(ACCOUNT)}, "also": [ACCOUNT]}},
        {"guardrailConfig": {"guardrailIdentifier": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:guardrail/g"}},
        {"toolConfig": {"tools": [{"toolSpec": {"name": "t", "description": f"Asks {PROFILE}", "inputSchema": {}}}]}},
        {"modelId": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint/mine"},
    ],
)
def test_no_parameter_of_a_request_tells_the_account(parameters):
    assert ACCOUNT not in str(masked_request(parameters))


def test_a_number_that_is_no_account_stays_a_number():
    fields = {"additionalModelRequestFields": {"seed": int(ACCOUNT), "account_type": "premium", "is_account": True}}

    assert masked_request(fields) == fields


def asked_for(schema):
    """A request for an answer of this form."""
    return {"outputConfig": {"textFormat": {"structure": {"jsonSchema": {"schema": schema}}}}}


def test_a_schema_that_is_sent_as_text_is_a_schema_afterwards():
    most = f'{{"maximum":  {ACCOUNT}}}'
    named = f'{{"maximum": {ACCOUNT}, "description": "account {ACCOUNT}"}}'

    assert masked_request(asked_for(most)) == asked_for(most)
    assert masked_request(asked_for(named)) == asked_for(named.replace(f"account {ACCOUNT}", f"account {MASK}"))
    assert masked_request(asked_for(f"no JSON of AWS {ACCOUNT}")) == asked_for(f"no JSON of AWS {MASK}")


def told(description="", **properties):
    """A request with a tool and a schema that tell the model of this."""
    schema = {"description": description, "properties": properties}
    tool = {"toolSpec": {"name": "t", "description": description, "inputSchema": {"json": schema}}}
    variables = {"promptVariables": {"what": {"text": description}}}
    return {"toolConfig": {"tools": [tool]}, **variables, **asked_for(json.dumps(schema))}


@pytest.mark.parametrize(
    "of_no_account",
    [
        told(f"Order {ACCOUNT}"),
        told(order={"enum": [ACCOUNT, ACCOUNT[::-1]], "default": ACCOUNT}),
        told(**{ACCOUNT: {}}),
    ],
)
def test_numbers_that_the_model_is_told_of_stay_where_nothing_speaks_of_accounts(of_no_account):
    assert masked_request(of_no_account) == of_no_account


@pytest.mark.parametrize(
    "of_an_account",
    [
        told(f"Asks {PROFILE}"),
        told(f"Runs as arn:aws:iam::{ACCOUNT}:role/admin"),
        told(f"In account {ACCOUNT}"),
        told(f"Pulls {ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/a"),
        told(f"Reads s3://logs-{ACCOUNT}/a"),
        told(accountId={"enum": [ACCOUNT]}),
        told(bucket_owner={"anyOf": [{"const": ACCOUNT}]}),
    ],
)
def test_accounts_that_the_model_is_told_of_are_masked(of_an_account):
    assert ACCOUNT not in str(masked_request(of_an_account))


def test_what_was_said_in_a_request_stays_and_what_surrounds_it_is_masked():
    said = [{"role": "user", "content": [{"text": f"Explain {PROFILE}"}]}]
    place = {"uri": f"s3://sagemaker-us-east-1-{ACCOUNT}/k.pdf", "bucketOwner": ACCOUNT}
    document = {"document": {"source": {"s3Location": place}}}
    request = {"modelId": PROFILE, "messages": [*said, {"role": "user", "content": [document]}]}

    masked = masked_request(request)

    assert masked["modelId"] == PROFILE.replace(ACCOUNT, MASK)
    assert masked["messages"][0] == said[0]
    assert masked["messages"][1]["content"][0]["document"]["source"]["s3Location"] == {
        "uri": f"s3://sagemaker-us-east-1-{MASK}/k.pdf",
        "bucketOwner": MASK,
    }
    assert request["modelId"] == PROFILE


@given(wires.wires)
def test_what_the_model_said_stays(wire):
    spoken = {"contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStart", "messageStop"}

    assert masked_wire(wire) == wire or not spoken >= set(wire)


def test_what_a_trace_names_is_masked():
    wire = {"metadata": {"trace": {"promptRouter": {"invokedModelId": PROFILE}}}}

    assert ACCOUNT not in str(masked_wire(wire))


def test_an_error_in_the_stream_tells_no_account():
    wire = {"throttlingException": {"message": f"Too many requests of account {ACCOUNT}."}}

    assert masked_wire(wire) == {"throttlingException": {"message": f"Too many requests of account {MASK}."}}


def test_what_a_guardrail_quotes_stays():
    found = {"match": ACCOUNT, "type": "PHONE", "action": "ANONYMIZED"}
    wire = {"metadata": {"trace": {"guardrail": {"modelOutput": [ACCOUNT], "found": [found]}}}}

    assert masked_wire(wire) == wire


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
    assert address_of(endpoint) == masked_endpoint(endpoint) == kept


def test_an_address_that_names_the_account_is_masked_and_still_another_one_than_its_neighbours():
    mine, yours = (f"https://{account}.gateway.example/" for account in (ACCOUNT, ACCOUNT[::-1]))

    assert masked_endpoint(mine) == masked_endpoint(yours) == f"https://{MASK}.gateway.example/"
    assert cache_key({}, mine) != cache_key({}, yours)


@given(st.text())
def test_any_text_can_be_masked(text):
    assert ACCOUNT not in masked_text(f"{text} arn:aws:bedrock:us-east-1:{ACCOUNT}:x") or ACCOUNT in text


def test_a_request_that_names_nobody_is_kept_as_it_is():
    assert masked_request(made().request) == made().request
