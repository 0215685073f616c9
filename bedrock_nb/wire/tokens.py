"""Counting the tokens of a request without sending it to the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bedrock_nb.core.request.model_ids import foundation_model
from bedrock_nb.wire.errors import translated
from bedrock_nb.wire.source import HasClient

_COUNTED = ("messages", "system", "toolConfig", "additionalModelRequestFields")
"""The members of a Converse request that CountTokens takes; the others cost no tokens."""


def count_tokens(connection: HasClient, request: Mapping[str, Any]) -> int:
    """The input tokens of a Converse request, as the service counts them. It charges nothing for that.

    Raises:
        BedrockError: The service cannot count for this model, or cannot be reached.
    """
    model = str(request["modelId"])
    body = {name: request[name] for name in _COUNTED if name in request}
    try:
        # CountTokens knows models, not the inference profiles that lead to them.
        response = connection.client().count_tokens(modelId=foundation_model(model) or model, input={"converse": body})
    except Exception as error:  # noqa: BLE001 - raised again in our words, with its cause where that tells no secret
        told = translated(error, model=model)
        raise told from told.__cause__
    return int(response["inputTokens"])
