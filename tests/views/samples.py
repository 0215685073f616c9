"""Recordings in which everything that a panel can show is to be seen."""

from bedrock_nb.core.errors import Stopped, Throttled
from bedrock_nb.core.recording import Recording

REQUEST = {"modelId": "us.anthropic.claude-sonnet-4-5-20250929-v1:0"}
RESPONSE = {"request_id": "1c0f7b1e-5b1f-4c0e-9d39-0f6f1d1c7a55", "region": "us-east-1"}
USAGE = {"inputTokens": 812, "outputTokens": 1630, "totalTokens": 5143, "cacheReadInputTokens": 2701}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763686060000000040001"
    "f61738550000000049454e44ae426082"
)

REASONING = """\
The reader asks for a comparison of three storage formats, so a **table** serves best. I should:

1. say what matters first: columnar layout, compression, who can read it;
2. give numbers with their source, and not more of them than help;
3. end with a recommendation.
"""

ANSWER = """\
# Choosing a format for event data

For *append-heavy* event data that is later read by column, **Parquet** is the safe default. What sets the formats
apart is less their size than who can read them, and `pyarrow` reads all three.

| format | layout | typical size | random access | read by |
|:-------|:------:|-------------:|:-------------:|:--------|
| Parquet | columnar | 1.0x | by row group | DuckDB, Spark, polars, pandas, BigQuery, Athena |
| Arrow IPC | columnar | 2.6x | by record batch | DuckDB, polars, pandas |
| JSON Lines | rows | 7.4x | none | everything, slowly |

## How to write it

```python
import pyarrow as pa
import pyarrow.parquet as pq

def write_events(events: list[dict], path: str) -> None:
    # one row group a minute keeps memory flat, and lets a reader skip what it does not need at all
    table = pa.Table.from_pylist(events)
    pq.write_table(table, path, compression="zstd", row_group_size=64_000)
```

With $n$ events of mean size $s$, compression ratio $r$ and a budget of $5 a month, the cost is

$$ C = \\frac{n \\cdot s}{r} \\cdot p $$

- [x] columnar and compressed
- [ ] partitioned by day
- readable without [a schema registry](https://example.com/registry)

> A format is a promise to whoever reads it in ten years.
"""


class Script:
    """Wire events, one after the other, each a little later than the last."""

    def __init__(self, start=0.42, step=0.03):
        self.events = []
        self.seconds = start
        self.step = step
        self.index = 0
        self.add({"messageStart": {"role": "assistant"}})

    def add(self, wire, after=None):
        self.seconds = round(self.seconds + (self.step if after is None else after), 3)
        self.events.append((self.seconds, wire))
        return self

    def delta(self, delta):
        return self.add({"contentBlockDelta": {"contentBlockIndex": self.index, "delta": delta}})

    def stop_block(self):
        self.add({"contentBlockStop": {"contentBlockIndex": self.index}})
        self.index += 1
        return self

    def start_block(self, start):
        return self.add({"contentBlockStart": {"contentBlockIndex": self.index, "start": start}})

    def text(self, text, citations=(), size=9):
        for citation in citations:
            self.delta({"citation": citation})
        for piece in pieces(text, size):
            self.delta({"text": piece})
        return self.stop_block()

    def reasoning(self, text, signature="c2ln", size=9):
        for piece in pieces(text, size):
            self.delta({"reasoningContent": {"text": piece}})
        if signature:
            self.delta({"reasoningContent": {"signature": signature}})
        return self.stop_block()

    def redacted(self, data):
        self.delta({"reasoningContent": {"redactedContent": data}})
        return self.stop_block()

    def tool(self, name, json_text, use_id="tooluse_1", kind=None, size=9):
        self.start_block({"toolUse": {"toolUseId": use_id, "name": name} | ({"type": kind} if kind else {})})
        for piece in pieces(json_text, size):
            self.delta({"toolUse": {"input": piece}})
        return self.stop_block()

    def result(self, parts, use_id="tooluse_1", status="success"):
        self.start_block({"toolResult": {"toolUseId": use_id, "type": "web_search_result", "status": status}})
        self.delta({"toolResult": parts})
        return self.stop_block()

    def image(self, data, image_format="png"):
        self.start_block({"image": {"format": image_format}})
        self.delta({"image": {"source": {"bytes": data}}})
        return self.stop_block()

    def unknown(self):
        self.start_block({"hologram": {"depth": 3}})
        self.delta({"hologram": {"light": "coherent"}})
        return self.stop_block()

    def unknown_named(self, name):
        self.delta({name: {name: name}})
        return self.stop_block()

    def end(self, reason="end_turn", trace=None, usage=USAGE, service_tier=None):
        self.add({"messageStop": {"stopReason": reason}})
        tier = {"type": service_tier} if service_tier else None
        more = {name: value for name, value in (("trace", trace), ("serviceTier", tier)) if value}
        return self.add({"metadata": {"usage": usage, "metrics": {"latencyMs": 5210}, **more}})

    def recording(self, request=REQUEST, failure=None):
        return Recording.from_events(self.events, request=request, response=RESPONSE, failure=failure, id="sample")


def pieces(text, size):
    return [text[place : place + size] for place in range(0, len(text), size)]


def prose():
    return Script().reasoning(REASONING).text(ANSWER).end().recording()


def cited():
    script = Script().text("The two reports disagree. ")
    page = {"documentPage": {"documentIndex": 0, "start": 3, "end": 5}}
    first = {
        "title": "Annual report 2025",
        "location": page,
        "sourceContent": [{"text": "Revenue grew by 12 % to 4.1 billion, driven by services."}],
    }
    web = {
        "title": "Press release",
        "location": {"web": {"url": "https://example.com/press/2025", "domain": "example.com"}},
        "sourceContent": [{"text": "… growth of nearly 15 % …"}],
    }
    script.text("The annual report has revenue growing by **12 %**", [first])
    script.text(", while the ")
    script.text("press release speaks of *nearly 15 %*", [web, first])
    script.text(".\n\n- Both agree on the cause: services.\n- Neither says anything about the outlook.\n")
    return script.end().recording()


def tools():
    """An exchange: two calls in parallel, their results, and the answer."""
    first = (
        Script()
        .reasoning("I need the weather in both cities before I can compare them.")
        .text("Let me look both up.")
        .tool("get_weather", '{"city": "Paris", "days": 3, "units": {"temperature": "C", "wind": "km/h"}}', "t-1")
        .tool(
            "run_sql", '{"query": "SELECT city,\\n       avg(temp)\\nFROM weather\\nGROUP BY city", "limit": 10}', "t-2"
        )
        .end("tool_use")
        .recording()
    )
    results = [
        {"toolResult": {"toolUseId": "t-1", "content": [{"json": {"high": [21, 23, 19], "sky": "clear"}}]}},
        {
            "toolResult": {
                "toolUseId": "t-2",
                "status": "error",
                "content": [{"text": 'OperationalError: no such table: weather\n  near "FROM"'}],
            }
        },
    ]
    request = REQUEST | {"messages": [{"role": "user", "content": results}]}
    second = Script().text("Paris will be **clear**, with highs of 21 to 23 °C.").end().recording(request)
    return [first, second]


def server_tools():
    return (
        Script()
        .tool("web_search", '{"query": "rayleigh scattering"}', "s-1", "server_tool_use")
        .result([{"json": {"hits": [{"title": "Rayleigh scattering", "rank": 1}]}}], "s-1")
        .text("The sky is blue because short waves are scattered most.")
        .end()
        .recording()
    )


def oddities():
    return (
        Script()
        .redacted(bytes(range(200, 256)) * 4)
        .tool("no_input", "", "t-1")
        .tool("cut_off", '{"city": "Par', "t-2")
        .image(PIXEL)
        .unknown()
        .text("And then the model said this.")
        .end("max_tokens")
        .recording()
    )


def guarded():
    found = {"match": "someone@example.com", "type": "EMAIL", "action": "ANONYMIZED", "detected": True}
    content = {"type": "VIOLENCE", "confidence": "HIGH", "action": "BLOCKED", "detected": True}
    trace = {
        "guardrail": {
            "inputAssessment": {"g": {"contentPolicy": {"filters": [content]}}},
            "outputAssessments": {"g": [{"sensitiveInformationPolicy": {"piiEntities": [found]}}]},
            "actionReason": "Guardrail blocked.",
        }
    }
    return Script().text("Write to {EMAIL}.").end("guardrail_intervened", trace).recording()


def failed():
    return (
        Script()
        .text("The first half of an answer, and th")
        .recording(
            failure=Throttled(
                "Too many tokens, please wait before trying again.",
                code="ThrottlingException",
                request_id=RESPONSE["request_id"],
            )
        )
    )


def incomplete():
    return Script().text("The first half of an answer, and th").recording()


def stopped():
    return Script().reasoning(REASONING).text(ANSWER[:160]).recording(failure=Stopped("The call was stopped."))


ALL = (prose, cited, tools, server_tools, oddities, guarded, failed, incomplete, stopped)
