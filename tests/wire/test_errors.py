"""What boto3, botocore and urllib3 raise, each in our words; where it can be, raised by them for a real reason."""

import json
import traceback

import botocore.eventstream
import botocore.exceptions
import pytest
import urllib3.exceptions
from botocore.exceptions import ClientError

from bedrock_nb.core import errors
from bedrock_nb.core.recording import Recording
from bedrock_nb.wire.checking import _request_shape
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.errors import _BY_NAME, translated
from bedrock_nb.wire.places import profiles, regions
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream
from wires import HELLO

REQUEST = {"modelId": "a.b", "messages": [{"role": "user", "content": [{"text": "Hi"}]}]}
SECRET = "ABSOLUTELYSECRET"
LOCALHOST = "https://127.0.0.1:9"


def error_of(connection):
    return Stream(converse_stream(connection, REQUEST), REQUEST, recording_type=Recording).result().error


@pytest.fixture
def no_keys(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


@pytest.fixture
def aws(home, no_keys):
    """Writes the files of the user's AWS configuration."""
    folder = home / ".aws"
    folder.mkdir()

    def write(config, credentials=""):
        (folder / "config").write_text(config)
        (folder / "credentials").write_text(credentials)

    return write


def test_no_credentials(no_keys):
    error = error_of(Connection(endpoint_url=LOCALHOST, region="us-east-1"))
    assert (type(error), error.message) == (errors.NoCredentials, "No AWS credentials were found.")
    assert "aws configure" in error.advice


def test_half_credentials(no_keys, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    error = error_of(Connection(endpoint_url=LOCALHOST, region="us-east-1"))
    assert (type(error), "incomplete" in error.message) == (errors.NoCredentials, True)


def test_no_region(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    error = error_of(Connection())
    assert (type(error), error.message) == (errors.NoRegion, "No AWS region was named.")


def test_a_region_that_cannot_be_one():
    assert isinstance(error_of(Connection(region="us east")), errors.InvalidInput)


def test_a_profile_that_does_not_exist():
    error = error_of(Connection(profile="nobody", region="us-east-1"))
    assert isinstance(error, errors.UnknownProfile)
    assert "nobody" in error.message


def test_an_sso_session_that_nobody_logged_in_to(aws):
    aws(
        "[profile work]\nsso_session = work\nsso_account_id = 111122223333\nsso_role_name = r\n"
        "[sso-session work]\nsso_region = us-east-1\nsso_start_url = https://example.org/start\n"
    )
    error = error_of(Connection(profile="work", region="us-east-1"))
    assert isinstance(error, errors.ExpiredCredentials)
    assert "aws sso login" in error.advice


def test_an_sso_profile_of_the_old_form(aws):
    aws(
        "[profile old]\nsso_account_id = 111122223333\nsso_role_name = r\n"
        "sso_region = us-east-1\nsso_start_url = https://example.org/start\n"
    )
    assert isinstance(error_of(Connection(profile="old", region="us-east-1")), errors.ExpiredCredentials)


@pytest.mark.parametrize("said", [f"echo {SECRET}", "sh -c 'echo {} ; exit 3'", f"sh -c 'echo {SECRET} >&2; exit 3'"])
def test_a_credential_process_that_fails(aws, said):
    aws(f"[profile process]\ncredential_process = {said}\n")
    error = error_of(Connection(profile="process", region="us-east-1"))
    assert isinstance(error, errors.InvalidCredentials)
    assert SECRET not in error.message + error.advice + "".join(traceback.format_exception(error))


def test_a_profile_of_the_environment_that_does_not_exist(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "missing")
    _request_shape.cache_clear()
    assert isinstance(error_of(Connection()), errors.UnknownProfile)
    assert (profiles(), regions()) == ([], [])


def test_a_configuration_file_that_cannot_be_read(aws):
    aws("[profile\nnonsense")
    assert isinstance(error_of(Connection(region="us-east-1")), errors.InvalidCredentials)


def test_an_endpoint_where_nobody_listens():
    error = error_of(Connection(endpoint_url=LOCALHOST, region="us-east-1", max_attempts=1))
    assert isinstance(error, errors.EndpointUnreachable)
    assert LOCALHOST in error.message


def test_an_endpoint_that_is_no_url():
    error = error_of(Connection(endpoint_url="localhost", region="us-east-1"))
    assert isinstance(error, errors.InvalidInput)
    assert "localhost" in error.message


def test_an_endpoint_that_is_no_url_does_not_tell_its_password():
    error = error_of(Connection(endpoint_url=f"me:{SECRET}@host", region="us-east-1"))
    assert (error.code, error.message[-16:]) == ("InvalidInput", "endpoint: …@host")
    assert SECRET not in "".join(traceback.format_exception(error))


def test_a_certificate_that_nobody_trusts(counterparts, monkeypatch):
    monkeypatch.delenv("AWS_CA_BUNDLE")
    url = counterparts["https"].endpoint.url
    error = error_of(Connection(endpoint_url=url, region="us-east-1", max_attempts=1))
    assert isinstance(error, errors.EndpointUnreachable)
    assert "secure connection" in error.message


def test_a_bearer_token_over_http_is_refused(local_http, monkeypatch):
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", SECRET)
    error = error_of(local_http.connection)
    assert isinstance(error, errors.InvalidInput)
    assert "HTTPS" in error.message
    assert SECRET not in error.message


def test_a_token_with_a_line_break_is_named_and_not_shown(local_http, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", f"{SECRET}\nx")
    error = error_of(local_http.connection)
    assert isinstance(error, errors.InvalidCredentials)
    assert "line break" in error.message
    assert SECRET not in "".join(traceback.format_exception(error))


def test_a_password_in_the_endpoints_url_is_not_shown_in_a_traceback_either():
    error = error_of(Connection(endpoint_url=f"http://me:{SECRET}@127.0.0.1:9", region="us-east-1", max_attempts=1))
    assert isinstance(error, errors.EndpointUnreachable)
    assert SECRET not in "".join(traceback.format_exception(error))


def test_a_cause_that_tells_no_secret_is_kept():
    cause = LookupError("odd")
    assert translated(cause).__cause__ is cause


def test_a_token_file_that_is_not_there(aws):
    aws("[default]\nregion = us-east-1\nrole_arn = arn:aws:iam::1:role/x\nweb_identity_token_file = /nowhere/token\n")
    error = error_of(Connection())
    assert isinstance(error, errors.InvalidCredentials)
    assert "/nowhere/token" in error.message


def test_a_proxy_that_is_not_there(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{SECRET}@127.0.0.1:9")
    error = error_of(Connection(endpoint_url="https://127.0.0.1:8", region="us-east-1", max_attempts=1))
    assert isinstance(error, errors.EndpointUnreachable)
    assert SECRET not in error.message


def refused(code, message="m", status=400):
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"RequestId": "r", "HTTPStatusCode": status},
    }
    return ClientError(response, "ConverseStream")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused("ValidationException"), errors.InvalidRequest),
        (refused("ValidationException", "The provided model identifier is invalid."), errors.ModelNotFound),
        (
            refused("ValidationException", "Invocation of x with on-demand throughput isn't supported."),
            errors.OnDemandNotSupported,
        ),
        (refused("ServiceQuotaExceededException"), errors.Throttled),
        (refused("NovelException"), errors.ServiceError),
        (refused("NovelException", status=403), errors.AccessDenied),
        (refused("504", "Gateway Timeout", 504), errors.ServiceUnavailable),
        (refused("", None), errors.ServiceError),
        (botocore.exceptions.NoAuthTokenError(), errors.NoCredentials),
        (botocore.exceptions.LoginRefreshRequired(), errors.ExpiredCredentials),
        (botocore.exceptions.HTTPClientError(error="x"), errors.ConnectionCut),
        (urllib3.exceptions.ProtocolError("x", ConnectionResetError()), errors.ConnectionCut),
        (urllib3.exceptions.ReadTimeoutError(None, "/", "x"), errors.Stalled),
        (botocore.eventstream.ChecksumMismatch(1, 2), errors.CorruptFrame),
        (botocore.eventstream.InvalidPayloadLength(9), errors.CorruptFrame),
        (TimeoutError("x"), errors.EndpointUnreachable),
        (json.JSONDecodeError("x", SECRET, 0), errors.InvalidCredentials),
        (LookupError("odd"), errors.BedrockError),
    ],
)
def test_each_foreign_error_becomes_its_own(error, kind):
    told = translated(error)
    assert type(told) is kind
    assert told.__cause__ is error
    assert told.message.strip()
    assert "{" not in told.message
    assert SECRET not in told.message


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionResetError("x"), errors.ConnectionCut),
        (json.JSONDecodeError("x", "doc", 0), errors.CorruptFrame),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), errors.CorruptFrame),
        (RecursionError("x"), errors.CorruptFrame),
    ],
)
def test_what_happens_while_reading_is_the_responses_fault(error, kind):
    assert type(translated(error, reading=True)) is kind


def test_an_error_of_the_family_stays_itself():
    error = errors.Throttled("m")
    assert translated(error) is error


def test_the_table_of_names_names_classes_that_are_there():
    namespaces = (botocore.exceptions, botocore.eventstream, urllib3.exceptions, botocore.parsers)
    assert [name for name in _BY_NAME if not any(hasattr(space, name) for space in namespaces)] == []


@pytest.mark.parametrize(
    "message",
    [
        f"The signature does not match.\n\nThe Canonical String for this request should have been\n'POST\n{SECRET}'",
        f"x-amz-security-token:{SECRET}\nhost:x",
        f"Authorization: {SECRET}",
        f"Could not reach https://me:{SECRET}@proxy.example.org/",
        f"Authorization: Bearer {SECRET}",
        f"The header was 'Bearer {SECRET}{SECRET}'",
        f"AWS4-HMAC-SHA256 Credential={SECRET}/20261103/us-east-1/bedrock/aws4_request, SignedHeaders=host",
        f"GET /?X-Amz-Credential={SECRET}%2F20261103",
        f"There is no access key AKIA{SECRET}.",
        f"There is no access key ASIA{SECRET}.",
    ],
)
def test_no_secret_that_a_service_quotes_is_told(message):
    told = translated(refused("InvalidSignatureException", message))
    assert SECRET not in "".join([told.message, str(told), told.advice, json.dumps(told.to_dict())])
    assert SECRET not in "".join(told._render_traceback_())


def test_nothing_of_the_credentials_is_in_a_recording(local_http, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA" + SECRET)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SECRET)
    endpoint = local_http.endpoint
    model = endpoint.play(HELLO)
    for stream in (local_http.stream(model), local_http.fault("access-denied"), local_http.fault("cut")):
        recording = stream.result()
        assert SECRET not in "".join(recording.to_lines()) + repr(recording) + json.dumps(recording.to_compact())
        error = recording.error
        assert error is None or SECRET not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    "login", ["user:hunter2", "user:hun@ter2", "hunter2", "user:hunter2:more", ":hunter2"], ids=lambda login: login
)
def test_no_part_of_a_login_in_an_address_is_told(login):
    told = translated(OSError(f"Failed to reach https://{login}@bedrock.example/model"))
    assert "hunter2" not in told.message
    assert "ter2" not in told.message
    assert "@bedrock.example/model" in told.message
