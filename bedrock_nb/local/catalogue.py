"""Which model an id means, and the lists of models that the control plane gives."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bedrock_nb.local.scripts import SCRIPTED_MODELS, ScriptedModel
from bedrock_nb.local.steps import invalid

PROFILE_REGIONS = ("us", "eu", "apac", "global")
ACCOUNT = "000000000000"
APPLICATION_PROFILE_ID = "localscript1"
LARGEST_PAGE = 1000
LONGEST_NUMBER = 9
"""Digits; no list here is as long as that."""
_PROFILE_PREFIX = re.compile(r"(us-gov|us|eu|apac|au|ca|jp|global)\.(?=local\.)")
_ARN = re.compile(
    r"arn:aws[^:]*:bedrock:[^:]*:[^:]*:(foundation-model|inference-profile|application-inference-profile)/(.+)"
)


def candidates(model_id: str) -> tuple[str, ...]:
    """The ids under which a script may be registered for this one: itself, then what it stands for.

    An ARN stands for the id it ends with, and an inference profile such as `us.local.…` for its model.
    """
    arn = _ARN.fullmatch(model_id)
    plain = arn[2] if arn else model_id
    if plain == APPLICATION_PROFILE_ID:
        plain = SCRIPTED_MODELS[0].model_id
    return tuple(dict.fromkeys((model_id, plain, _PROFILE_PREFIX.sub("", plain))))


def foundation_models(query: Mapping[str, str]) -> dict[str, Any]:
    """The body of `GET /foundation-models`, filtered as its query asks."""
    summaries = (_model_summary(model) for model in SCRIPTED_MODELS)
    return {"modelSummaries": [summary for summary in summaries if _is_wanted(summary, query)]}


def _is_wanted(summary: dict[str, Any], query: Mapping[str, str]) -> bool:
    filters = {
        "byProvider": [summary["providerName"]],
        "byOutputModality": summary["outputModalities"],
        "byInferenceType": summary["inferenceTypesSupported"],
        "byCustomizationType": summary["customizationsSupported"],
    }
    return all(query[name] in values for name, values in filters.items() if name in query)


def inference_profiles(query: Mapping[str, str]) -> dict[str, Any]:
    """The body of `GET /inference-profiles`: one page, and the token of the next if there is one."""
    wanted = query.get("type")
    profiles = [profile for profile in _profiles() if wanted in (None, profile["type"])]
    start = _number(query.get("nextToken", "page-0").removeprefix("page-"), "nextToken")
    size = _number(query.get("maxResults", str(LARGEST_PAGE)), "maxResults")
    if not 1 <= size <= LARGEST_PAGE:
        raise invalid(f"maxResults is between 1 and {LARGEST_PAGE}; it was {size}.")
    page: dict[str, Any] = {"inferenceProfileSummaries": profiles[start : start + size]}
    return page | ({"nextToken": f"page-{start + size}"} if start + size < len(profiles) else {})


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > LONGEST_NUMBER:
        raise invalid(f"The {name} parameter is not valid.")
    return int(text)


def _model_summary(model: ScriptedModel) -> dict[str, Any]:
    return {
        "modelArn": _model_arn("us-east-1", model),
        "modelId": model.model_id,
        "modelName": model.title,
        "providerName": "Local scripts",
        "inputModalities": ["TEXT", "IMAGE"],
        "outputModalities": list(model.output_modalities),
        "responseStreamingSupported": True,
        "customizationsSupported": [],
        "inferenceTypesSupported": ["ON_DEMAND", "INFERENCE_PROFILE"],
        "modelLifecycle": {"status": "ACTIVE"},
    }


def _model_arn(region: str, model: ScriptedModel) -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{model.model_id}"


def _profiles() -> Iterable[dict[str, Any]]:
    """One system profile for each model and part of the world, and one application profile."""
    for region in PROFILE_REGIONS:
        for model in SCRIPTED_MODELS:
            name = f"{region.upper()} {model.title}"
            yield _profile(f"{region}.{model.model_id}", name, model, "SYSTEM_DEFINED")
    yield _profile(APPLICATION_PROFILE_ID, "Scripted team profile", SCRIPTED_MODELS[0], "APPLICATION")


def _profile(profile_id: str, name: str, model: ScriptedModel, kind: str) -> dict[str, Any]:
    resource = "inference-profile" if kind == "SYSTEM_DEFINED" else "application-inference-profile"
    return {
        "inferenceProfileId": profile_id,
        "inferenceProfileName": name,
        "description": "A scripted model behind the local endpoint",
        "inferenceProfileArn": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:{resource}/{profile_id}",
        "models": [{"modelArn": _model_arn(region, model)} for region in ("us-east-1", "us-west-2")],
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z",
        "status": "ACTIVE",
        "type": kind,
    }
