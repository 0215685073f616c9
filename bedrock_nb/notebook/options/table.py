"""Every option of a `%%bedrock` cell, declared once.

The parser of the first line, its help and completion, the keywords of the functions, the traits of `%config`, the
names in a pyproject.toml and the environment all come from this table; a test holds the README's table equal to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook.options import values
from bedrock_nb.notebook.options.values import Reader


class Group(Enum):
    """What an option is about; the value is the heading in the help."""

    REQUEST = "the request"
    REACH = "how to reach Bedrock"
    HISTORY = "the history"
    NOTEBOOK = "the notebook"


class Takes(Enum):
    """What follows an option on the first line."""

    NOTHING = 0
    ONE = 1
    ONE_OR_NOTHING = 2
    SEVERAL = 3


HELP_FLAGS = ("-h", "--help")
"""They are no options: whatever else is said then, the help is shown and nothing is done."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: how it is written, read and explained."""

    flags: tuple[str, ...]
    help: str
    group: Group
    read: Reader = values.text
    shown: str = ""
    """What stands for its value in the help."""
    takes: Takes = Takes.ONE
    bare: Any = True
    """The value where the option stands alone."""
    choices: tuple[str, ...] = ()
    """What completion offers."""
    completes: str = ""
    """What completion looks up: see `bedrock_nb.notebook.completion.LOOK_UP`."""
    bedrocks_own: bool = False
    """Whether Python may give it as Bedrock's own structure, a dict or a list, which is then passed on."""
    is_setting: bool = True
    """Whether `%config`, a pyproject.toml and the environment may set it for all calls."""

    @property
    def name(self) -> str:
        """Its name in Python: the long flag's."""
        return self.flags[-1].removeprefix("--").replace("-", "_")

    def checked(self, value: Any, called: str = "") -> Any:
        """The value as the call takes it.

        Args:
            value: What was given.
            called: What the option is called where it was given; its flag, where that is not said.

        Raises:
            InvalidInput: It is none that this option takes.
        """
        if self.bedrocks_own and isinstance(value, Mapping | list | tuple):
            return value
        try:
            return self.read(value)
        except ValueError as error:
            raise InvalidInput(f"{called or self.flags[-1]} {error}.", advice="Nothing was sent.") from error


def _request(*flags: str, **declared: Any) -> Option:
    return Option(flags, group=Group.REQUEST, **declared)


def _choice(*flags: str, choices: tuple[str, ...], **declared: Any) -> Option:
    return _request(*flags, read=values.one_of(*choices), shown="|".join(choices), choices=choices, **declared)


_OF_THE_REQUEST = (
    _request(
        *("-m", "--model"),
        help="model id, inference profile, ARN or alias; ids and ARNs pass through untouched",
        shown="ID",
        completes="models",
    ),
    _request("-s", "--system", help="system prompt", shown="TEXT", bedrocks_own=True),
    _request(
        *("-t", "--temperature"), help="0 is the most settled answer, 1 the freest", read=values.number(0, 1), shown="T"
    ),
    _request(
        "--top-p",
        help="choose among the likeliest tokens that make up this share, 0 to 1",
        read=values.number(0, 1),
        shown="P",
    ),
    _request("--max-tokens", help="the longest answer, in tokens", read=values.count(), shown="N"),
    _request(
        "--stop", help="texts at which the answer ends", read=values.stop_sequences, shown="TEXT", takes=Takes.SEVERAL
    ),
    _request(
        "--thinking",
        help="how much the model thinks first: a budget in tokens, a level such as low, adaptive or off, as its family "
        "has it",
        read=values.thinking,
        shown="N|LEVEL",
        choices=("low", "medium", "high", "xhigh", "max", "adaptive", "off"),
    ),
    _request(
        "--effort",
        help="Bedrock's own outputConfig.effort, for models that take it",
        shown="LEVEL",
        choices=("low", "medium", "high", "xhigh", "max"),
    ),
    _request(
        "--tools",
        help="functions of the notebook that the model may call; they are run here and their results sent back",
        read=values.tools,
        shown="NAME",
        takes=Takes.SEVERAL,
        completes="functions",
        is_setting=False,
    ),
    _request(
        "--tool-choice",
        help="auto, any, or the name of the tool that the model has to call",
        shown="auto|any|NAME",
        bedrocks_own=True,
        choices=("auto", "any"),
        completes="functions",
        is_setting=False,
    ),
    _request(
        "--attach",
        help="files or s3:// addresses to send along: documents, images, videos, audio",
        read=values.attachments,
        shown="FILE",
        takes=Takes.SEVERAL,
        completes="files",
        is_setting=False,
    ),
    _request(
        "--schema",
        help="the form of the answer: a pydantic model or dict of the notebook, or a JSON Schema file; the recording's "
        "`.parsed` is the value",
        read=values.given,
        shown="NAME|FILE",
        completes="schemas",
        is_setting=False,
    ),
    _choice("--schema-mode", help="how the model is made to keep to it", choices=("native", "tool"), is_setting=False),
    _request(
        "--guardrail",
        help="guardrail id or ARN, and its version (DRAFT)",
        read=values.guardrail,
        shown="ID[:VERSION]",
        bedrocks_own=True,
    ),
    _choice(
        "--guardrail-trace",
        help="whether the guardrail's findings come along",
        choices=("enabled", "disabled", "enabled_full"),
    ),
    _choice(
        "--guardrail-mode", help="whether the guardrail holds text back until it is checked", choices=("sync", "async")
    ),
    _request(
        "--cache-prompt",
        help="cache tools, system text and prompt for the next call, for this long",
        read=values.cache_lifetime,
        shown="5m|1h",
        takes=Takes.ONE_OR_NOTHING,
        choices=("5m", "1h"),
    ),
    _choice(
        "--service-tier",
        help="how the service ranks and charges the call",
        bedrocks_own=True,
        choices=("priority", "default", "flex", "reserved"),
    ),
    _choice(
        "--latency", help="whether the model is served faster, at another price", choices=("standard", "optimized")
    ),
    _request(
        "--fields",
        help="the model's own request fields (additionalModelRequestFields), as JSON, TOML or @FILE",
        read=values.table,
        shown="JSON|@FILE",
        completes="files",
    ),
    _request(
        "--response-paths",
        help="JSON pointers to the model's own response fields, to be returned in messageStop",
        read=values.paths,
        shown="/PATH",
        takes=Takes.SEVERAL,
    ),
    _request(
        "--variables",
        help="values of the variables of a prompt from Prompt management (its ARN is the model)",
        read=values.pairs(),
        shown="NAME=VALUE",
        takes=Takes.SEVERAL,
    ),
    _request(
        "--metadata",
        help="what to find the request by in the invocation logs",
        read=values.pairs(most=16),
        shown="NAME=VALUE",
        takes=Takes.SEVERAL,
    ),
)

_OF_THE_WAY = (
    Option(("--profile",), "profile of the AWS configuration", Group.REACH, shown="NAME", completes="profiles"),
    Option(("--region",), "AWS region", Group.REACH, shown="REGION", completes="regions"),
    Option(("--endpoint-url",), "another endpoint than the region's own", Group.REACH, values.address, "URL"),
    Option(
        ("--read-timeout",),
        "seconds of silence that count as a stall (600)",
        Group.REACH,
        values.number(0.001),
        "SECONDS",
    ),
    Option(
        ("--connect-timeout",), "seconds to wait for a connection (20)", Group.REACH, values.number(0.001), "SECONDS"
    ),
    Option(
        ("--retries",),
        "how often to try again what may pass, as long as nothing of the answer has come (2 until the stream begins, "
        "then 0)",
        Group.REACH,
        values.count(0, 20),
        "N",
    ),
)


def _notebook(flag: str, explained: str, read: Reader, shown: str, completes: str = "") -> Option:
    return Option((flag,), explained, Group.NOTEBOOK, read, shown, completes=completes)


def _switch(flag: str, explained: str, *, is_setting: bool = False) -> Option:
    return Option((flag,), explained, Group.NOTEBOOK, values.switch, takes=Takes.NOTHING, is_setting=is_setting)


_OF_THE_HISTORY = (
    Option(("--no-history",), "keep nothing of the call on disk", Group.HISTORY, values.switch, takes=Takes.NOTHING),
)
_OF_THE_NOTEBOOK = (
    _switch("--raw", "send {{expr}} as it stands", is_setting=True),
    _switch("--turns", "the cell holds several turns: lines that begin with user:, assistant: or system:"),
    _notebook(
        "--chat",
        "go on with the chat of this name, or begin it; a cell that runs again replaces its own exchange",
        values.text,
        "NAME",
        "chats",
    ),
    _switch("--new", "begin the chat anew"),
    _switch("--confirm", "ask before each call of a tool", is_setting=True),
    _notebook("--max-rounds", "how often the model may ask for tools (10)", values.count(), "N"),
    _switch("--cache", "show the answer that the history has to the same request, where it has one", is_setting=True),
    _switch("--refresh", "with --cache: ask the model all the same, so that the newer answer is the one kept"),
    _switch("--dry-run", "send nothing: show the request, and count its tokens where the service can"),
    _switch("--no-display", "show no panel; the value is the Recording all the same", is_setting=True),
    _switch(
        "--no-events",
        "leave the events out of what the notebook file keeps: smaller, but with no replay and no raw events there",
        is_setting=True,
    ),
    _switch("--bg", "go on at once: the value is the live Stream, and the panel keeps painting", is_setting=True),
)

OPTIONS: tuple[Option, ...] = (*_OF_THE_REQUEST, *_OF_THE_WAY, *_OF_THE_HISTORY, *_OF_THE_NOTEBOOK)
"""All options, in the order of the help."""

BY_NAME = {option.name: option for option in OPTIONS}
BY_FLAG = {flag: option for option in OPTIONS for flag in option.flags}
SETTINGS = tuple(option for option in OPTIONS if option.is_setting)


def in_group(group: Group) -> tuple[Option, ...]:
    """The options that are about this."""
    return tuple(option for option in OPTIONS if option.group is group)
