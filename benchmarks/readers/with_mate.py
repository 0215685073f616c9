"""aws-bedrock-runtime-mate: it is handed boto3's response, and gathers a message."""

from collections.abc import Iterator

from aws_bedrock_runtime_mate.api import ConverseStreamResponse
from reader import Kept, Response, ask, main


class _Mate(Response):
    def __init__(self, model: str) -> None:
        self._response = ConverseStreamResponse(boto3_raw_data=ask(model))

    def texts(self) -> Iterator[str]:
        return self._response.iterate_text()

    def kept(self) -> Kept:
        blocks = [{"text": block["text"]} for block in self._response.message["content"]]
        raw = [event.boto3_raw_data for event in self._response.iterate_events()]
        stops = [event["messageStop"]["stopReason"] for event in raw if "messageStop" in event]
        usages = [event["metadata"]["usage"] for event in raw if "metadata" in event]
        counts = [usages[-1][name] for name in ("inputTokens", "outputTokens", "totalTokens")] if usages else None
        return Kept(blocks, stops[-1] if stops else None, counts)


if __name__ == "__main__":
    main(_Mate)
