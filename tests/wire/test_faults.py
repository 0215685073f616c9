"""Each fault of the local endpoint has its named error, and what came before is kept, over http and over TLS."""

import pytest

from bedrock_nb.core import errors
from bedrock_nb.local import FAULTS, When

EXPECTED = {
    "throttling": errors.Throttled,
    "validation": errors.InvalidRequest,
    "access-denied": errors.AccessDenied,
    "not-found": errors.ModelNotFound,
    "not-ready": errors.ModelNotReady,
    "model-timeout": errors.ModelTimeout,
    "model-error": errors.ModelFailed,
    "internal": errors.ServiceUnavailable,
    "unavailable": errors.ServiceUnavailable,
    "expired-token": errors.ExpiredCredentials,
    "unrecognized-client": errors.InvalidCredentials,
    "on-demand": errors.OnDemandNotSupported,
    "bad-gateway": errors.ServiceUnavailable,
    "cut-before-headers": errors.ConnectionCut,
    "silent": errors.Stalled,
    "stream-internal": errors.ServiceUnavailable,
    "stream-model-error": errors.ModelFailed,
    "stream-validation": errors.InvalidRequest,
    "stream-throttling": errors.Throttled,
    "stream-unavailable": errors.ServiceUnavailable,
    "stream-unknown-exception": errors.ServiceError,
    "stream-error-frame": errors.ServiceError,
    "stream-throttling-at-once": errors.Throttled,
    "cut": errors.ConnectionCut,
    "cut-mid-frame": errors.ConnectionCut,
    "reset": errors.ConnectionCut,
    "stall": errors.Stalled,
    "bad-crc": errors.CorruptFrame,
    "bad-prelude-crc": errors.CorruptFrame,
    "no-message-stop": errors.IncompleteResponse,
    "half-frame": errors.IncompleteResponse,
    "empty-body": errors.IncompleteResponse,
    "flaky": errors.ServiceUnavailable,
    "flaky-twice": errors.ServiceUnavailable,
}
BROKEN = [fault for fault in FAULTS if fault.when is not When.NEVER]
ODD = [fault for fault in FAULTS if fault.when is When.NEVER]


@pytest.mark.parametrize("fault", BROKEN, ids=lambda fault: fault.name)
def test_a_fault_has_its_named_error_and_keeps_what_came(local, fault):
    recording = local.fault(fault.name, read_timeout=0.3, text=f"over {local.connection.endpoint_url}").result()
    error = recording.error
    assert type(error) is EXPECTED[fault.name]
    assert error.message
    assert "Pool(" not in error.message
    assert error.advice
    assert error.recording.turn.text == recording.text == fault.text
    assert recording.complete is False
    knows_its_request = fault.when is When.MID_STREAM or fault.code
    assert bool(error.request_id) is bool(knows_its_request)
    if fault.code:
        assert error.code.startswith(fault.code)


@pytest.mark.parametrize("fault", ODD, ids=lambda fault: fault.name)
def test_an_odd_answer_is_whole_all_the_same(local, fault):
    recording = local.fault(fault.name).raise_for_error()
    assert recording.text == fault.text


def test_the_services_message_and_code_and_request_id_are_told(local_http):
    recording = local_http.fault("stream-model-error").result()
    assert recording.error.code == "modelStreamErrorException"
    assert recording.error.message.endswith("The model said (500): The scripted weights are out of balance.")
    assert recording.error.request_id == recording.request_id == recording.response["request_id"]


def test_a_model_that_is_not_on_demand_names_the_profile_to_try(local_http):
    error = local_http.fault("on-demand").result().error
    assert "us.local.fault-on-demand-v1:0 or global.local.fault-on-demand-v1:0" in error.advice
    assert local_http.stream("us.local.fault-on-demand-v1:0").result().complete


def test_a_model_that_does_not_exist_is_not_found(local_http):
    assert isinstance(local_http.stream("no.such-model-v1:0").result().error, errors.ModelNotFound)
