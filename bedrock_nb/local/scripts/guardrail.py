"""An answer in which a guardrail has masked something, with the trace that says so."""

from typing import Any

from bedrock_nb.local.answer import Answer, Text
from bedrock_nb.local.prompt import Request, last_user_text

UNMASKED = "This scripted answer was masked by a scripted guardrail: write to someone@example.com.\n"
MASKED = UNMASKED.replace("someone@example.com", "{EMAIL}")
SCRIPTED_GUARDRAIL = "scr1ptedlocal"

UNITS = {
    "topicPolicyUnits": 1,
    "contentPolicyUnits": 1,
    "wordPolicyUnits": 1,
    "sensitiveInformationPolicyUnits": 1,
    "sensitiveInformationPolicyFreeUnits": 0,
    "contextualGroundingPolicyUnits": 0,
    "contentPolicyImageUnits": 0,
    "automatedReasoningPolicyUnits": 0,
    "automatedReasoningPolicies": 0,
}


def guardrail(request: Request) -> Answer:
    """The masked text; the trace is left out only where the request turns it off."""
    config = request.get("guardrailConfig") or {}
    trace = None if config.get("trace") == "disabled" else {"guardrail": _trace(request)}
    return Answer((Text(MASKED),), stop_reason="guardrail_intervened", trace=trace)


def _trace(request: Request) -> dict[str, Any]:
    config = request.get("guardrailConfig") or {}
    identifier = (config.get("guardrailIdentifier") or SCRIPTED_GUARDRAIL).rsplit("/", 1)[-1]
    found = {"match": "someone@example.com", "type": "EMAIL", "action": "ANONYMIZED", "detected": True}
    output = {"sensitiveInformationPolicy": {"piiEntities": [found]}, **_metrics(len(UNMASKED), 232)}
    return {
        "modelOutput": [UNMASKED],
        "inputAssessment": {identifier: _metrics(len(last_user_text(request)), 243)},
        "outputAssessments": {identifier: [output]},
        "actionReason": "No action.\nGuardrail masked.",
    }


def _metrics(characters: int, latency: int) -> dict[str, Any]:
    coverage = {"textCharacters": {"guarded": characters, "total": characters}}
    return {
        "invocationMetrics": {
            "guardrailProcessingLatency": latency,
            "usage": UNITS,
            "guardrailCoverage": coverage,
        }
    }
