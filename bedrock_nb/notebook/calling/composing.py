"""From options and defaults to a call: what is sent, and how Bedrock is reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.nearest import did_you_mean
from bedrock_nb.core.request import content
from bedrock_nb.core.request.arguments import MEMBERS, SHORT_NAMES, Request, build_request
from bedrock_nb.core.request.caching import with_cache_points
from bedrock_nb.core.request.formats import format_of_name, kind_of_format
from bedrock_nb.core.request.thinking import thinking_fields
from bedrock_nb.notebook import local_endpoint
from bedrock_nb.notebook.keeping.ledger import LEDGER
from bedrock_nb.notebook.keeping.recorder import recorded
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.options.aliases import resolved
from bedrock_nb.notebook.options.defaults import setting
from bedrock_nb.notebook.options.keywords import OF_CELLS_ALONE, Members
from bedrock_nb.notebook.options.table import BY_NAME, SETTINGS, Group
from bedrock_nb.wire.attachments import attachment
from bedrock_nb.wire.client import Connection
from bedrock_nb.wire.source import converse_stream
from bedrock_nb.wire.stream import Stream

_NAMES_IN_THE_REQUEST = {
    "fields": "additional_fields",
    "response_paths": "additional_response_paths",
    "variables": "prompt_variables",
}
"""The options that a request knows by another name."""

_WAYS = ("profile", "region", "endpoint_url")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of converse_stream, ready to be made any number of times."""

    request: Request
    connection: Connection
    retries: int = 0
    """How often to call again where the stream fails before anything of the answer came."""
    keep: bool = True
    """Whether it is written into the history while it runs."""

    def start(self) -> Stream[Recording]:
        """Make the call, in the background.

        Raises:
            InvalidInput: The request is not valid; nothing was sent.
        """
        if isinstance(self.connection, local_endpoint.LocalConnection):
            local_endpoint.check_served(self.request["modelId"])
        source = converse_stream(self.connection, self.request)
        return LEDGER.entered(
            recorded(source, self.request, connection=self.connection, keep=self.keep, retries=self.retries)
        )


def compose(prompt: Any, given: Mapping[str, Any]) -> Call:
    """The call that these options and the defaults amount to.

    Args:
        prompt: Text, a content block or a list of both; None where `given` has `messages`.
        given: Options by their names in Python; None leaves one to the defaults.

    Raises:
        InvalidInput: An option, or a default, is wrong. Nothing was sent.
    """
    said = _checked({name: value for name, value in given.items() if value is not None})
    options = {**_defaults(said), **said}
    reach = {option: options.pop(option) for option in list(options) if _group(option) is Group.REACH}
    keep = not options.pop("no_history", False)
    return Call(_request(prompt, options), _connection(reach, said), reach.get("retries", 0), keep)


def default_connection() -> Connection:
    """The way to Bedrock of a call that names none.

    Raises:
        InvalidInput: A default is wrong.
    """
    ways = {option.name: setting(option) for option in SETTINGS if option.group is Group.REACH}
    return _connection({name: found.value for name, found in ways.items() if found is not None}, {})


def _group(name: str) -> Group | None:
    return BY_NAME[name].group if name in BY_NAME else None


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    offered = [name for name, option in BY_NAME.items() if option.group is not Group.NOTEBOOK]
    for name in given.keys() - {*offered, *SHORT_NAMES, *Members.__annotations__, *MEMBERS}:
        raise _unknown(name, offered)
    return {
        name: BY_NAME[name].checked(value, f"`{name}`") if name in offered else value for name, value in given.items()
    }


def _unknown(name: str, offered: Sequence[str]) -> InvalidInput:
    if name in OF_CELLS_ALONE:
        return InvalidInput(f"`{name}` is an option of cells. {OF_CELLS_ALONE[name]}", advice="Nothing was sent.")
    return InvalidInput(f"There is no option `{name}`. {did_you_mean(name, offered)}", advice="Nothing was sent.")


def _defaults(said: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of what is not said. A member of the request that is given whole leaves no room for its own."""
    whole = {name.replace("_", "").lower() for name in said}
    found = {}
    for option in SETTINGS:
        if option.name in said or option.group is Group.NOTEBOOK or _member(option.name).lower() in whole:
            continue
        if (default := setting(option)) is not None:
            found[option.name] = default.value
    return found


def _member(name: str) -> str:
    name = _NAMES_IN_THE_REQUEST.get(name, name)
    return SHORT_NAMES[name][0][0] if name in SHORT_NAMES else name


def _connection(reach: Mapping[str, Any], said: Mapping[str, Any]) -> Connection:
    """The way to Bedrock; to the endpoint on this machine while that is on and the call names no other way."""
    timeouts = {name: reach[name] for name in ("read_timeout", "connect_timeout") if name in reach}
    if "retries" in reach:
        timeouts["max_attempts"] = reach["retries"] + 1
    if local_endpoint.is_running() and not said.keys() & set(_WAYS):
        return local_endpoint.connection(**timeouts)
    if local_endpoint.is_running():  # the call leads away from it, so nothing of it counts
        reach = said
    return Connection(**{name: reach[name] for name in _WAYS if name in reach}, **timeouts)


_NAMES_OF_THE_MODEL = ("model", "modelId")
"""What it is called here and, in the request of a recording that is to be asked again, by Bedrock."""


def _request(prompt: Any, options: dict[str, Any]) -> Request:
    name = next((name for name in _NAMES_OF_THE_MODEL if options.get(name)), None) or _no_model()
    model = options[name] = resolved(options[name])
    attached = [_block(each) for each in options.pop("attach", ())]
    cached = options.pop("cache_prompt", None)
    if (thinking := options.pop("thinking", None)) is not None:
        options["fields"] = _together(options.get("fields"), thinking_fields(model, thinking))
    if attached:
        prompt, options = _with_attachments(attached, prompt, options)
    named = {_NAMES_IN_THE_REQUEST.get(name, name): value for name, value in options.items()}
    request = build_request(prompt=prompt, **named)
    return with_cache_points(request, None if cached == "default" else cached) if cached else request


def _no_model() -> str:
    raise InvalidInput(
        "No model is named.",
        advice="Name one with -m, or model= in Python, such as us.amazon.nova-lite-v1:0; set it for the notebook with "
        "`%bedrock use MODEL`, or for all with BEDROCK_NB_MODEL. `%bedrock models` lists what your account can use. "
        "To try things out without an account, run `%bedrock local`.",
    )


def _together(fields: Mapping[str, Any] | None, thinking: Mapping[str, Any]) -> dict[str, Any]:
    twice = (fields or {}).keys() & thinking.keys()
    if twice:
        raise InvalidInput(f"`{min(twice)}` is given twice: in `fields` and by `thinking`.", advice="Nothing was sent.")
    return {**(fields or {}), **thinking}


def _block(attached: Any) -> dict[str, Any]:
    """The content block of a file, of an object in S3, or of what is one already."""
    if isinstance(attached, Mapping):
        return dict(attached)
    if isinstance(attached, str) and attached.startswith("s3://"):
        return _block_in_s3(attached)
    if isinstance(attached, bytes):
        return content.image(attached)
    return attachment(attached)


def _block_in_s3(uri: str) -> dict[str, Any]:
    kind = kind_of_format(format_of_name(uri) or "")
    if kind is None:
        raise InvalidInput(f"The ending of {uri} does not tell which kind of file it is.", advice="Nothing was sent.")
    named = {"name": content.document_name(uri.rpartition("/")[2])} if kind == "document" else {}
    return content.of_kind(kind, uri, **named)


def _with_attachments(
    attached: Sequence[Mapping[str, Any]], prompt: Any, options: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """The attachments before the prompt, or before the text of the last message where the cell holds several turns."""
    if prompt is not None:
        return [*attached, *([prompt] if isinstance(prompt, str | Mapping) else prompt)], options
    *before, last = options.get("messages") or [{}]
    if last.get("role") != "user":
        raise InvalidInput("There is no prompt that the attachments could go with.", advice="Nothing was sent.")
    parts = [last["content"]] if isinstance(last["content"], str) else last["content"]
    return prompt, options | {"messages": [*before, {**last, "content": [*attached, *parts]}]}
