"""The scripted models: each says the same every time, and says that it is a script."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bedrock_nb.local.answer import Answer, stream
from bedrock_nb.local.scripts import guardrail, picture, prose, quickstart, sources, thinking, tools
from bedrock_nb.local.steps import Step

__all__ = ["SCRIPTED_MODELS", "ScriptedModel"]


@dataclass(frozen=True)
class ScriptedModel:
    """A model that is a function: from a request to the answer it gives."""

    name: str
    summary: str
    answer: Callable[[dict[str, Any]], Answer]
    output_modalities: tuple[str, ...] = ("TEXT",)

    @property
    def model_id(self) -> str:
        """The id to ask for."""
        return f"local.scripted-{self.name}-v1:0"

    @property
    def title(self) -> str:
        """The name that a list of models shows, of at most 20 characters."""
        return f"Scripted {self.name.replace('-', ' ')}"[:20]

    def __call__(self, request: dict[str, Any]) -> Iterable[Step]:
        """The script: the answer's wire events."""
        return stream(self.answer(request), request)


SCRIPTED_MODELS = (
    ScriptedModel("default", "a short answer that quotes the prompt's first words", prose.default),
    ScriptedModel("quickstart", "reasoning, text and a tool call in one message", quickstart.quickstart),
    ScriptedModel("markdown", "a long page with all that Markdown has", prose.markdown),
    ScriptedModel("echo", "the prompt, word for word", prose.echo),
    ScriptedModel("reasoning", "signed reasoning, then text", thinking.reasoning),
    ScriptedModel("unsigned", "reasoning with no signature, then text", thinking.unsigned_reasoning),
    ScriptedModel("redacted", "redacted reasoning, then text", thinking.redacted_reasoning),
    ScriptedModel("tools", "calls all of the request's tools at once", tools.all_at_once),
    ScriptedModel("tool-rounds", "calls the request's tools one by one", tools.one_by_one),
    ScriptedModel("server-tool", "a tool that the service runs itself", tools.server_tool),
    ScriptedModel("citations", "citations from the request's document", sources.citations),
    ScriptedModel("image", "a small picture", picture.image, ("TEXT", "IMAGE")),
    ScriptedModel("guardrail", "an answer that a guardrail has masked", guardrail.guardrail),
)
