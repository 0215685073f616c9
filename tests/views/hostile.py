"""A payload in every place of a recording that a model, a tool or the service can write to."""

from bedrock_nb.core.errors import ServiceError
from views.samples import Script


def everywhere(payload):
    """The recordings of one exchange."""
    citation = {
        "title": payload,
        "source": payload,
        "sourceContent": [{"text": payload}],
        "location": {"web": {"url": payload, "domain": payload}},
    }
    first = (
        Script()
        .reasoning(payload)
        .text(payload, [citation], size=7)
        .tool(payload, f'{{"{payload}": "{payload}"}}', "t-1", size=7)
        .tool("tool", payload, "t-2")
        .tool("server", "{}", "t-3", "server_tool_use")
        .result([{"text": payload}, {"json": {payload: payload}}], "t-3", "error")
        .image(b"x", payload)
        .unknown_named(payload)
        .end(payload, _trace(payload))
        .recording({"modelId": payload})
    )
    results = [{"toolResult": {"toolUseId": "t-1", "content": [{"text": payload}]}}]
    request = {"modelId": payload, "messages": [{"role": "user", "content": results}]}
    error = ServiceError(payload, code=payload, request_id=payload, advice=payload)
    return [first, Script().text(payload).recording(request, failure=error)]


def _trace(payload):
    found = {"name": payload, "type": payload, "confidence": payload, "action": "BLOCKED"}
    return {
        "guardrail": {
            "actionReason": payload,
            "inputAssessment": {payload: {"topicPolicy": {"topics": [found]}, "contentPolicy": {"filters": [found]}}},
        }
    }
