"""Clients are kept, and made anew where what they were made from has changed."""

import pytest

import bedrock_nb as bnb
from bedrock_nb.core.errors import BedrockError, NoCredentials, NoRegion, UnknownProfile
from bedrock_nb.wire.client import Connection

ECHO = "local.scripted-echo-v1:0"
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def asked(**options):
    return bnb.stream("Hello", model=ECHO, retries=0, **options).result()


@pytest.fixture
def url(monkeypatch):
    monkeypatch.setenv("BEDROCK_NB_STORE", "off")
    with bnb_endpoint() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", endpoint.url)
        yield endpoint.url


def bnb_endpoint():
    from bedrock_nb.local import LocalBedrock  # the one place

    return LocalBedrock()


def test_the_same_connection_has_the_same_client():
    assert Connection(region="eu-west-1").client() is Connection(region="eu-west-1").client()
    assert Connection(region="eu-west-1").client() is not Connection(region="eu-west-2").client()


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_BEARER_TOKEN_BEDROCK"])
def test_a_variable_that_changes_is_seen(variable, monkeypatch, home):
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[profile http://127.0.0.1:1]\nregion = us-east-1\n")
    before = Connection(region="us-east-1").client()
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    assert Connection(region="us-east-1").client() is not before
    monkeypatch.delenv(variable)
    assert Connection(region="us-east-1").client() is before


def test_who_logs_in_after_a_failure_is_let_in(url, monkeypatch, home):
    for name in CREDENTIALS:
        monkeypatch.delenv(name)
    assert isinstance(asked().error, NoCredentials)
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")
    assert asked().error is None


@pytest.mark.parametrize(
    ("missing", "kind", "ways"),
    [
        (CREDENTIALS, NoCredentials, ("aws configure", "%bedrock local")),
        (("AWS_DEFAULT_REGION",), NoRegion, ("--region", "%bedrock local")),
    ],
)
def test_what_is_missing_is_named_with_both_ways_out(missing, kind, ways, monkeypatch):
    monkeypatch.setenv("BEDROCK_NB_STORE", "off")
    for name in missing:
        monkeypatch.delenv(name)
    error = asked().error
    assert type(error) is kind
    assert all(way in error.advice for way in ways)


def test_a_profile_that_does_not_exist_is_named():
    error = asked(profile="missing").error
    assert type(error) is UnknownProfile
    assert "missing" in error.message


def test_a_named_endpoint_is_the_runtimes_unless_it_is_on_this_machine():
    elsewhere = Connection(region="us-east-1", endpoint_url="https://vpce.bedrock-runtime.example.com")
    here = Connection(region="us-east-1", endpoint_url="http://127.0.0.1:4000")
    assert "bedrock.us-east-1.amazonaws.com" in elsewhere.client("bedrock").meta.endpoint_url
    assert here.client("bedrock").meta.endpoint_url == "http://127.0.0.1:4000"


def test_every_error_of_these_is_of_the_family():
    assert all(issubclass(kind, BedrockError) for kind in (NoCredentials, NoRegion, UnknownProfile))
