"""Answers that call the request's own tools, and answer once the results are back."""

from itertools import pairwise
from typing import Any

from bedrock_nb.local.answer import Answer, ServerToolResult, Text, ToolCall, tool_use_id
from bedrock_nb.local.prompt import (
    Request,
    last_user_text,
    latest_tool_results,
    opening_words,
    result_text,
    tool_rounds,
    tool_specs,
)
from bedrock_nb.local.schema_example import as_json, example

NO_TOOLS = (
    "This **scripted model** calls the tools that a request brings along, and this request brought none: "
    "pass a `toolConfig` with at least one `toolSpec`.\n"
)

LONGEST_QUOTE = 2000
"""Characters of one result: at the pace of a model, a whole table would take hours."""


def all_at_once(request: Request) -> Answer:
    """Calls every tool in one message; quotes the results when they are back."""
    if latest_tool_results(request):
        return Answer((Text(quoted_results(request)),))
    return calls(request, tool_specs(request))


def one_by_one(request: Request) -> Answer:
    """Calls one tool a round until each had its turn, then quotes the last result."""
    remaining = tool_specs(request)[tool_rounds(request) :]
    if latest_tool_results(request) and not remaining:
        return Answer((Text(quoted_results(request)),))
    return calls(request, remaining[:1])


def server_tool(request: Request) -> Answer:
    """A tool that the service runs itself: its call and its result stand in one message, then the answer."""
    blocks = server_tool_blocks(request)
    text = f"The *service's own* scripted tool counted the prompt: “{opening_words(request)}”.\n"
    return Answer((*blocks, Text(text)))


def calls(request: Request, specs: list[dict[str, Any]]) -> Answer:
    """The message that calls these tools, in parallel where there are several."""
    if not specs:
        return Answer((Text(NO_TOOLS),))
    names = ", ".join(f"`{spec['name']}`" for spec in specs)
    opening = Text(f"I am a script, so I don't choose: I call {names} with made-up arguments.")
    return Answer((opening, *(call(request, spec) for spec in specs)), stop_reason="tool_use")


def call(request: Request, spec: dict[str, Any]) -> ToolCall:
    """A call of one tool, with arguments that fit its schema; no arguments at all where it takes none."""
    arguments = example(spec["inputSchema"]["json"], _subject(request))
    seeds = (len(request.get("messages") or ()), last_user_text(request))
    text = as_json(arguments) if arguments and isinstance(arguments, dict) else ""
    return ToolCall(tool_use_id(spec["name"], *seeds), spec["name"], text)


def quoted_results(request: Request) -> str:
    """The answer once the tools have run: their results, quoted."""
    lines = [f"- {result.get('status', 'success')}: {_shortened(result)}" for result in latest_tool_results(request)]
    return "The tools answered, and this **scripted model** quotes them:\n\n" + "\n".join(lines) + "\n"


def _shortened(result: dict[str, Any]) -> str:
    text = result_text(result)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}… ({len(text):,} characters)"


def server_tool_blocks(request: Request) -> tuple[ToolCall, ServerToolResult]:
    """A server tool's call and its result."""
    text = last_user_text(request)
    call_id = tool_use_id("scripted_word_count", len(request.get("messages") or ()), text)
    counted = {"words": len(text.split()), "characters": len(text)}
    return (
        ToolCall(call_id, "scripted_word_count", as_json({"text": opening_words(request)}), server=True),
        ServerToolResult(call_id, "scripted_word_count_result", ({"json": counted},)),
    )


def _subject(request: Request) -> str:
    """What a string argument says: the prompt's last capitalised word within a sentence, if it has one."""
    words = last_user_text(request).split()
    names = [
        word.strip(".,;:!?()\"'“”")
        for before, word in pairwise(words)
        if word[:1].isupper() and len(word) > 1 and before[-1] not in ".!?"
    ]
    return names[-1] if names and names[-1] else "scripted"
