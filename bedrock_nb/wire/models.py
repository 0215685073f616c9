"""The models that an account can use in a region, as Bedrock's control plane lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bedrock_nb.core.errors import AccessDenied
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.errors import translated


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model, or an inference profile, that can be asked for by its id."""

    id: str
    name: str
    provider: str
    kind: str
    """`model`, `inference profile` or `application profile`."""
    streams: bool | None = None
    """Whether ConverseStream answers; None where the list does not tell."""
    on_demand: bool | None = None
    """Whether it answers under this id, and not through an inference profile alone."""
    status: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


def list_models(connection: Connection) -> tuple[ListedModel, ...]:
    """The models and inference profiles of the connection's account and region; it speaks to the service.

    Raises:
        BedrockError: The account may not list them, or the service cannot be reached.
    """
    try:
        client = connection.client("bedrock")
        models = {model.id: model for model in map(_model, client.list_foundation_models()["modelSummaries"])}
        pages = client.get_paginator("list_inference_profiles").paginate()
        profiles = [_profile(each, models) for page in pages for each in page["inferenceProfileSummaries"]]
    except Exception as error:  # noqa: BLE001 - raised again in our words, with its cause where that tells no secret
        told = translated(error)
        if isinstance(told, AccessDenied):
            told.advice = "Ask for bedrock:ListFoundationModels and bedrock:ListInferenceProfiles."
        told.advice = told.advice.replace("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_BEDROCK")
        raise told from told.__cause__
    return (*profiles, *models.values())


def _model(summary: Mapping[str, Any]) -> ListedModel:
    return ListedModel(
        id=summary["modelId"],
        name=summary.get("modelName", ""),
        provider=summary.get("providerName", ""),
        kind="model",
        streams=summary.get("responseStreamingSupported"),
        on_demand="ON_DEMAND" in summary.get("inferenceTypesSupported", ["ON_DEMAND"]),
        status=summary.get("modelLifecycle", {}).get("status", "").lower(),
        inputs=tuple(summary.get("inputModalities", ())),
        outputs=tuple(summary.get("outputModalities", ())),
    )


def _profile(summary: Mapping[str, Any], models: Mapping[str, ListedModel]) -> ListedModel:
    system_defined = summary.get("type") == "SYSTEM_DEFINED"
    served = next((models[id_] for id_ in _served(summary) if id_ in models), None)
    return ListedModel(
        # An application profile is asked for by its ARN: its bare id means nothing outside its account's list.
        id=summary["inferenceProfileId"] if system_defined else summary["inferenceProfileArn"],
        name=summary.get("inferenceProfileName", ""),
        provider=served.provider if served else "",
        kind="inference profile" if system_defined else "application profile",
        streams=served.streams if served else None,
        on_demand=True,
        status=summary.get("status", "").lower(),
        inputs=served.inputs if served else (),
        outputs=served.outputs if served else (),
    )


def _served(summary: Mapping[str, Any]) -> Iterator[str]:
    for model in summary.get("models", ()):
        yield str(model.get("modelArn", "")).rpartition("/")[2]
