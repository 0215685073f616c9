"""Answers that are only text: the default, the echo, the long one."""

from functools import cache
from importlib.resources import files

from bedrock_nb.local.answer import Answer, Text
from bedrock_nb.local.prompt import Request, json_schema, last_user_text, opening_words
from bedrock_nb.local.schema_example import as_json, example


def default(request: Request) -> Answer:
    """A short answer that says what it is; JSON where the request asks for JSON."""
    schema = json_schema(request)
    if schema is not None:
        return Answer((Text(as_json(example(schema))),))
    return Answer((Text(_introduction(request)),))


def echo(request: Request) -> Answer:
    """The words of the last user message, and nothing else."""
    return Answer((Text(last_user_text(request)),))


def markdown(request: Request) -> Answer:
    """A long page with all that Markdown has."""
    return Answer((Text(_long_answer().replace("PROMPT", opening_words(request) or "(nothing)")),))


def _introduction(request: Request) -> str:
    turns = sum(message["role"] == "user" for message in request.get("messages") or ())
    place = "the first message" if turns == 1 else f"message number {turns} from you"
    return (
        f"This is a **scripted answer** from the local endpoint; no model has read your prompt.\n\n"
        f"You wrote “{opening_words(request)}”, which is {place} in this conversation. "
        "I can only say that back, but I say it in the way a real model does: in small pieces, "
        "with a *stop reason* and token counts at the end.\n\n"
        "- For a long page, try `local.scripted-markdown-v1:0`.\n"
        "- For reasoning and a tool call, try `local.scripted-quickstart-v1:0`.\n"
    )


@cache
def _long_answer() -> str:
    return (files(__package__) / "long_answer.md").read_text(encoding="utf-8")
