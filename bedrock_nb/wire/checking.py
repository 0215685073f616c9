"""A request held against the service model of the botocore that is installed, before anything is sent.

botocore's own check stops at its first kind of problem and lists every name there is; this one finds what was meant.
A newer boto3 brings newer members, with nothing to change here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import did_you_mean, nearest
from bedrock_nb.core.request.masked import MASK, masked_places

_SURELY_A_TYPO = 0.8
"""How like a known value one has to be to be called a typo; others may be newer than this botocore, and are sent."""


def check_request(request: Mapping[str, Any]) -> None:
    """Refuse a request that botocore or the service would refuse for its form.

    Raises:
        InvalidInput: A member is misspelt, missing, of the wrong type or too small, or a union has not one member; or
            the history has masked an account id in it.
    """
    from botocore.validate import ParamValidator

    _refuse_masked(request)
    shape = _request_shape()
    problems = list(_slips(request, shape, ""))
    if not problems:
        report = ParamValidator().validate(dict(request), shape)
        problems = report.generate_report().splitlines() if report.has_errors() else []
    if problems:
        raise InvalidInput(
            "The request is not valid and was not sent. " + " ".join(problems),
            advice="If a name is right but newer than the installed boto3, upgrade boto3.",
        )


def _refuse_masked(request: Mapping[str, Any]) -> None:
    masked = list(masked_places(request))
    if masked:
        member = re.split(r"[.\[]", masked[0])[0]
        raise InvalidInput(
            f"The request was not sent. It is one that the history has kept, with {MASK} in the place of account ids: "
            f"in {', '.join(masked)}.",
            advice=f"Give what is masked anew: {{**recording.request, {member!r}: …}}. "
            "The recording that the cell gave, and the one in the notebook file, have it unmasked.",
        )


@cache
def _request_shape() -> Any:
    from botocore.loaders import create_loader
    from botocore.model import ServiceModel

    # A session would read the user's configuration, and fail for what is wrong there and has no part in this.
    described = create_loader(os.environ.get("AWS_DATA_PATH")).load_service_model("bedrock-runtime", "service-2")
    return ServiceModel(described, "bedrock-runtime").operation_model("ConverseStream").input_shape


def _slips(value: Any, shape: Any, path: str) -> Iterator[str]:
    """A sentence for each name that is not known, each value that is nearly one of its enumeration's, and each file."""
    if getattr(shape, "is_document_type", False):
        return
    match shape.type_name, value:
        case "structure", dict():
            yield from _slips_members(value, shape, path)
        case "list", [*items]:
            for place, item in enumerate(items):
                yield from _slips(item, shape.member, f"{path}[{place}]")
        case "map", dict():
            for name, item in value.items():
                yield from _slips(item, shape.value, f"{path}.{name}")
        case "blob", _ if hasattr(value, "read"):  # botocore's check lets it pass, and its sending does not
            yield f"{path} is an open file: give what is in it, `file.read()`."
        case "string", str() if shape.enum and value not in shape.enum and nearest(value, shape.enum, _SURELY_A_TYPO):
            yield f"`{value}` is not a known value of {path}. {did_you_mean(value, shape.enum)}"


def _slips_members(value: Mapping[str, Any], shape: Any, path: str) -> Iterator[str]:
    for name, member in value.items():
        if name in shape.members:
            yield from _slips(member, shape.members[name], f"{path}.{name}" if path else name)
        else:
            place = f" of {path}" if path else ""
            yield f"`{name}` is not a known member{place}. {did_you_mean(str(name), shape.members)}"
