"""The script behind the first example: a little of everything in one message."""

from bedrock_nb.local.answer import Answer, Block, Reasoning, Text
from bedrock_nb.local.prompt import Request, latest_tool_results, opening_words, tool_specs
from bedrock_nb.local.scripts.thinking import thoughts
from bedrock_nb.local.scripts.tools import call, quoted_results, server_tool_blocks

EXPLANATION = """\
Text, reasoning and tool calls come as *content blocks* of their own, each in small pieces:

| block | how it comes | what ends it |
|:------|:-------------|:-------------|
| reasoning | `reasoningContent` deltas | a signature |
| text | `text` deltas | `contentBlockStop` |
| tool use | JSON in fragments | `contentBlockStop` |

```python
for event in client.converse_stream(**request)["stream"]:
    print(event)
```

Every event is kept with its time, so the answer can be **replayed**, searched and counted later.
"""


def quickstart(request: Request) -> Answer:
    """Reasoning, text and a tool call; the request's own first tool, or a server tool where it has none."""
    if latest_tool_results(request):
        return Answer((Text(quoted_results(request)),))
    specs = tool_specs(request)
    if specs:
        return Answer((*_opening(request), call(request, specs[0])), stop_reason="tool_use")
    reasoning, greeting = _opening(request)
    return Answer((reasoning, greeting, *server_tool_blocks(request), Text(EXPLANATION)))


def _opening(request: Request) -> tuple[Block, Block]:
    greeting = (
        f"You asked: “{opening_words(request)}”.\n\nThis is a **scripted answer** from the local endpoint; "
        "no model has read your prompt.\n"
    )
    return Reasoning(thoughts(request)), Text(greeting)
