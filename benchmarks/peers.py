"""What is measured beside bedrock_nb, and the cell that a user of each would write."""

from dataclasses import dataclass

OURS = "bedrock_nb"
BARE = "bare boto3 loop"

_ASK_BOTO3 = """
import boto3
client = boto3.client("bedrock-runtime")
def deltas(model):
    messages = [{"role": "user", "content": [{"text": "Go on."}]}]
    for event in client.converse_stream(modelId=model, messages=messages)["stream"]:
        if "contentBlockDelta" in event:
            yield event["contentBlockDelta"]["delta"]["text"]
"""


@dataclass(frozen=True)
class Way:
    """One way to show an answer in a notebook.

    `environment` names the virtual environment that it runs in, and the file in `requirements/`. `prepare` is the
    notebook's first cell; `ask` is the one that is measured, with `{model}` in it. Where `streams` is false, nothing
    is seen before the answer is whole.
    """

    name: str
    environment: str
    prepare: str
    ask: str
    wire: str = "Bedrock"
    streams: bool = True

    def asked(self, model: str) -> str:
        """The cell that asks this model."""
        return self.ask.replace("{model}", model)


WAYS = (
    Way(OURS, "bedrock-nb", "%load_ext bedrock_nb", "%%bedrock -m {model}\nGo on."),
    Way(BARE, "bedrock-nb", _ASK_BOTO3, "for _ in deltas('{model}'): pass", streams=False),
    Way("print", "bedrock-nb", _ASK_BOTO3, "for text in deltas('{model}'): print(text, end='', flush=True)"),
    Way(
        "display(Markdown)",
        "bedrock-nb",
        f"{_ASK_BOTO3}\nfrom IPython.display import Markdown, display",
        """answer, shown = "", display(Markdown(""), display_id=True)
for text in deltas('{model}'):
    answer += text
    shown.update(Markdown(answer))""",
    ),
    Way(
        "widgets.HTML",
        "bedrock-nb",
        f"{_ASK_BOTO3}\nfrom ipywidgets import HTML\nfrom markdown_it import MarkdownIt\nmarkdown = MarkdownIt()",
        """answer, shown = "", HTML()
display(shown)
for text in deltas('{model}'):
    answer += text
    shown.value = markdown.render(answer)""",
    ),
    Way(
        "chatlab 2.1.1",
        "chatlab",
        "from chatlab import Chat\nimport os",
        "await Chat(base_url=os.environ['OPENAI_BASE_URL'], model='{model}')('Go on.')",
        wire="OpenAI",
    ),
    Way(
        "lisette 0.1.37",
        "lisette",
        "from lisette.core import Chat, display_stream\nimport os",
        """chat = Chat('openai/{model}', api_base=os.environ['OPENAI_BASE_URL'])
display_stream(chat('Go on.', stream=True));""",
        wire="OpenAI",
    ),
    Way("cellmage 0.9.7", "cellmage", "%load_ext cellmage", "%%llm --model {model}\nGo on.", wire="OpenAI"),
    Way(
        "jupyter-ai-magics 2.31.7",
        "jupyter-ai",
        "%load_ext jupyter_ai_magics",
        "%%ai bedrock-chat:{model}\nGo on.",
        streams=False,
    ),
)
