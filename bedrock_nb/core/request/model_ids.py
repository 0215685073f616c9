"""What a model id or ARN says about itself.

Ids of models are `provider.model`; those of inference profiles put the area that serves them in front:
`us.amazon.nova-lite-v1:0`. Source: "Supported Regions and models for inference profiles" of the Bedrock user guide.
"""

from __future__ import annotations

_AREAS = ("us", "us-gov", "eu", "apac", "jp", "au", "ca", "global")
_KINDS_THAT_NAME_A_MODEL = {
    "foundation-model",
    "inference-profile",
    "custom-model",
    "prompt-router",
    "default-prompt-router",
}
_AREAS_BY_REGION = (
    ("us-gov-", ("us-gov",)),
    ("us-", ("us", "global")),
    ("ca-", ("us", "global")),
    ("eu-", ("eu", "global")),
    ("ap-northeast-1", ("jp", "apac", "global")),
    ("ap-northeast-3", ("jp", "apac", "global")),
    ("ap-southeast-2", ("au", "apac", "global")),
    ("ap-southeast-4", ("au", "apac", "global")),
    ("ap-", ("apac", "global")),
    ("", ("us", "eu", "apac", "global")),
)
"""The areas whose inference profiles a region offers, the nearest first, by how the region's name begins."""


def provider_of(model: str) -> str | None:
    """Who made the model: `amazon`, `anthropic`, `openai`…; None where the id or ARN does not tell."""
    name = _base_id(model)
    return name.split(".", 1)[0] if "." in name else None


def inference_profiles(model: str, region: str | None = None) -> tuple[str, ...]:
    """The inference profiles that may serve this model from this region, the likeliest first.

    The names follow a rule; which of them there are is for the service to say. None where the model's id does not tell,
    or where it is an inference profile itself.
    """
    name = _model_name(model)
    if "." not in name or name != _base_id(model):
        return ()
    areas = next(areas for begin, areas in _AREAS_BY_REGION if (region or "").startswith(begin))
    return tuple(f"{area}.{name}" for area in areas)


def foundation_model(model: str) -> str | None:
    """The id of the model itself, where this is one, an inference profile of it or an ARN that names it."""
    return _base_id(model) or None


def _base_id(model: str) -> str:
    """The model's own id, without the area of an inference profile."""
    name = _model_name(model)
    area, _, rest = name.partition(".")
    return rest if area in _AREAS and "." in rest else name


def _model_name(model: str) -> str:
    """The id itself, or the id within an ARN; empty where the ARN names no model."""
    if not model.startswith("arn:"):
        return model
    resource = model.split(":", 5)[-1]
    kind, _, rest = resource.partition("/")
    return rest.partition("/")[0] if kind in _KINDS_THAT_NAME_A_MODEL else ""
