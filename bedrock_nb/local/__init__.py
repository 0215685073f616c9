"""A Bedrock Runtime endpoint for this machine: real boto3, real frames, scripted models, faults on demand.

It is the counterpart of tests and demos, and needs neither credentials nor a network. No model is behind
it: every answer says that it is scripted, and an unknown model id gets the error the service would give.
"""

from bedrock_nb.local.body import Delivery
from bedrock_nb.local.endpoint import LocalBedrock
from bedrock_nb.local.eventstream import encode_frame, event_frame, exception_frame
from bedrock_nb.local.faults import FAULTS, Fault, When
from bedrock_nb.local.scripts import SCRIPTED_MODELS, ScriptedModel
from bedrock_nb.local.service import ReceivedRequest
from bedrock_nb.local.steps import (
    Cut,
    HttpRefusal,
    Pause,
    Script,
    ServiceError,
    Stall,
    Step,
    StreamException,
    WireEvent,
)

__all__ = [
    "FAULTS",
    "SCRIPTED_MODELS",
    "Cut",
    "Delivery",
    "Fault",
    "HttpRefusal",
    "LocalBedrock",
    "Pause",
    "ReceivedRequest",
    "Script",
    "ScriptedModel",
    "ServiceError",
    "Stall",
    "Step",
    "StreamException",
    "When",
    "WireEvent",
    "encode_frame",
    "event_frame",
    "exception_frame",
]
