"""The same answers in the form of OpenAI's chat completions, for the peers that speak it and not Bedrock's."""

import json
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Pieces = Callable[[str], Iterable[str]]
"""The pieces of a model's answer, each given when it is time to send it."""


def openai_server(pieces: Pieces) -> ThreadingHTTPServer:
    """A server on a free port of this machine, not yet serving; an unknown model's answer is a `KeyError`."""
    completions = type("Completions", (_Completions,), {"pieces": staticmethod(pieces)})
    return ThreadingHTTPServer(("127.0.0.1", 0), completions)


class _Completions(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    pieces: Pieces

    def do_POST(self) -> None:
        """Answer one request, whatever its path."""
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if request.get("stream"):
            self._stream(request["model"])
        else:
            self._whole(request["model"])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _stream(self, model: str) -> None:
        self._begin({"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
        for event in _events(model, self.pieces(model)):
            data = f"data: {event}\n\n".encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.write(b"0\r\n\r\n")

    def _whole(self, model: str) -> None:
        message = {"role": "assistant", "content": "".join(self.pieces(model))}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        body = json.dumps(
            {**_around(model), "object": "chat.completion", "choices": [choice], "usage": _USAGE}
        ).encode()
        self._begin({"Content-Type": "application/json", "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _begin(self, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


_USAGE = {"prompt_tokens": 4, "completion_tokens": 4, "total_tokens": 8}


def _around(model: str) -> dict[str, Any]:
    return {"id": "chatcmpl-benchmark", "created": 0, "model": model}


def _events(model: str, pieces: Iterable[str]) -> Iterator[str]:
    """The data of each server-sent event. What stays the same is encoded once, as a server that is fast would."""
    head = json.dumps({**_around(model), "object": "chat.completion.chunk"})[:-1]
    yield _event(head, {"role": "assistant", "content": ""})
    for piece in pieces:
        yield _event(head, {"content": piece})
    yield _event(head, {}, finish_reason="stop")
    yield f'{head}, "choices": [], "usage": {json.dumps(_USAGE)}}}'
    yield "[DONE]"


def _event(head: str, delta: dict[str, str], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return f'{head}, "choices": [{json.dumps(choice)}]}}'
