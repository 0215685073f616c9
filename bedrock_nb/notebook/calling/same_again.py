"""The same again: an answer that the history has is shown in place of a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.request.arguments import copied
from bedrock_nb.notebook.keeping.recorder import endpoint_of, recorder_of, settle
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.store.errors import StoreUnavailable
from bedrock_nb.store.keys import LABELS, cache_key
from bedrock_nb.store.location import store_path
from bedrock_nb.wire.errors import translated
from bedrock_nb.wire.source import HasClient


def earlier_answer(request: Mapping[str, Any], connection: HasClient) -> Recording | None:
    """The newest complete recording of the identical request to the same endpoint; None where there is none.

    Nothing is sent. Streaming, incomplete, failed, stopped and lost recordings never answer. A history that cannot be
    read has no answers; it is warned of once.

    Raises:
        InvalidInput: The request cannot be compared, or the history is switched off.
        BedrockError: There is no telling where the call would go: no region, for one.
    """
    path = store_path()
    if path is None:
        raise InvalidInput("The history is switched off, so no answer can come from it.", advice="Leave out --cache.")
    key = cache_key(request, _endpoint(connection))
    settle()
    recorder = recorder_of(path)
    try:
        answer = recorder.store.answer(Recording, key)
    except StoreUnavailable as error:
        recorder.note(f"{error.message} The model is asked instead. {error.advice}".strip())
        recorder.tell_trouble()
        return None
    return None if answer is None else _as_sent(answer, request)


def _as_sent(answer: Recording, request: Mapping[str, Any]) -> Recording:
    """The answer with its request in full: the history masks account ids, and what is masked cannot be sent again."""
    same = {name: value for name, value in request.items() if name not in LABELS}
    return replace(answer, request=copied({**answer.request, **same}), wire_events=answer.log)


def origin(recording: Recording) -> str:
    """What to say above an answer that comes from the history: "From the recording of 3 November 2026, 14:05."."""
    if recording.started_at is None:
        return "From a recording."
    when = recording.started_at.astimezone()
    return f"From the recording of {when.day} {when:%B %Y, %H:%M}."


def _endpoint(connection: HasClient) -> str | None:
    try:
        return endpoint_of(connection)
    except Exception as error:  # noqa: BLE001 - raised again in our words, with its cause where that tells no secret
        told = translated(error)
        raise told from told.__cause__
