import traceback
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from bedrock_nb.core.errors import AccessDenied, BedrockError, EndpointUnreachable, ModelNotFound
from bedrock_nb.local import LocalBedrock
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.models import ListedModel, list_models
from bedrock_nb.wire.places import profiles, regions
from bedrock_nb.wire.s3 import SharedFolder
from bedrock_nb.wire.tokens import count_tokens

ECHO = "local.scripted-echo-v1:0"


@pytest.fixture(scope="module")
def endpoint():
    with LocalBedrock() as endpoint:
        yield endpoint


@pytest.fixture
def connection(endpoint):
    return Connection(region="us-east-1", endpoint_url=endpoint.url, max_attempts=1)


def test_models_and_every_page_of_profiles_are_listed(connection, endpoint):
    listed = {model.id: model for model in list_models(connection)}
    assert listed[ECHO] == ListedModel(
        id=ECHO,
        name="Scripted echo",
        provider="Local scripts",
        kind="model",
        streams=True,
        on_demand=True,
        status="active",
        inputs=("TEXT", "IMAGE"),
        outputs=("TEXT",),
    )
    assert listed[f"global.{ECHO}"].kind == "inference profile"
    assert listed[f"global.{ECHO}"].provider == "Local scripts"
    [team] = [model for model in listed.values() if model.kind == "application profile"]
    assert team.id.startswith("arn:")


def test_a_service_that_is_not_there_is_named():
    with pytest.raises(EndpointUnreachable):
        list_models(Connection(region="us-east-1", endpoint_url="http://127.0.0.1:1", max_attempts=1))


def test_tokens_are_counted_for_the_model_behind_a_profile(connection, endpoint):
    request = {"modelId": f"us.{ECHO}", "messages": [{"role": "user", "content": [{"text": "one two three"}]}]}
    count = count_tokens(connection, request | {"inferenceConfig": {"maxTokens": 5}})
    assert count > 0
    assert endpoint.requests[-1].model_id == ECHO
    assert set(endpoint.requests[-1].body["input"]["converse"]) == {"messages"}


def test_a_model_whose_tokens_cannot_be_counted_is_named(connection):
    with pytest.raises(ModelNotFound):
        count_tokens(connection, {"modelId": "unknown.model", "messages": []})


def test_profiles_and_regions_are_known_without_asking(home):
    assert profiles() == []
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[profile work]\nregion = eu-west-1\n")
    assert profiles() == ["work"]
    assert {"us-east-1", "eu-west-1"} <= set(regions())


def test_a_configuration_that_cannot_be_read_has_no_profiles(home):
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[profile")
    assert profiles() == []


NO_ADDRESS = "me:hunter2@host"
WITH_A_PASSWORD = Connection(region="us-east-1", endpoint_url="http://me:hunter2@127.0.0.1:1", max_attempts=1)


@pytest.mark.parametrize(
    ("speak", "variable"),
    [
        (lambda: list_models(WITH_A_PASSWORD), "AWS_ENDPOINT_URL_BEDROCK,"),
        (lambda: SharedFolder("s3://bucket", region="us-east-1", endpoint_url="ftp://x y"), "AWS_ENDPOINT_URL_S3:"),
    ],
    ids=["models", "s3"],
)
def test_advice_names_the_variable_of_the_service_that_was_asked(speak, variable):
    with pytest.raises(BedrockError) as raised:
        speak()
    assert variable in raised.value.advice


def test_a_refused_list_names_the_permissions_of_lists(monkeypatch):
    refused = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListFoundationModels")
    client = SimpleNamespace(list_foundation_models=Mock(side_effect=refused))
    monkeypatch.setattr(Connection, "client", lambda *_: client)
    with pytest.raises(AccessDenied) as raised:
        list_models(Connection(region="us-east-1"))
    assert "bedrock:ListFoundationModels" in raised.value.advice


@pytest.mark.parametrize(
    "speak",
    [
        lambda: list_models(WITH_A_PASSWORD),
        lambda: count_tokens(WITH_A_PASSWORD, {"modelId": "m", "messages": []}),
        lambda: SharedFolder("s3://bucket", region="us-east-1", endpoint_url=NO_ADDRESS),
    ],
    ids=["models", "tokens", "s3"],
)
def test_no_traceback_tells_the_password_of_an_address(speak):
    with pytest.raises(BedrockError) as raised:
        speak()
    assert "hunter2" not in "".join(traceback.format_exception(raised.value))
