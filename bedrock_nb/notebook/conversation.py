"""`bnb.Conversation`: several prompts that share a history, from Python or from the cells of a chat."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from bedrock_nb.core.counted import counted
from bedrock_nb.core.errors import BedrockError, InvalidInput, UnreadableRecording
from bedrock_nb.core.request import conversation as core
from bedrock_nb.core.request.past_exchange import PastExchange, past_exchange
from bedrock_nb.named_file import named_file, replacing
from bedrock_nb.notebook.calling.asking import begun, prepared
from bedrock_nb.notebook.calling.composing import Call
from bedrock_nb.notebook.calling.exchange import Exchange
from bedrock_nb.notebook.keeping.ledger import Charge, charge_of
from bedrock_nb.notebook.keeping.recording import Recording
from bedrock_nb.notebook.tools.toolbox import Toolbox

_KEPT = ("model", "system", "tools")
"""What may hold for later prompts too; a file can say it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A prompt in its place in a conversation, ready to be sent."""

    value: core.Conversation
    cell: str
    call: Call
    toolbox: Toolbox
    history: int
    """How many messages of the request are the conversation's own, from before the prompt."""
    kept: Mapping[str, Any]
    """The options that hold for later prompts too."""

    def followed_by(self, last: Recording, error: BedrockError | None = None) -> core.Conversation:
        """The conversation once the prompt is answered; arguments as of `past_exchange`."""
        before = self.value.before(self.cell)
        after = before[-1].id if before else ""
        past = past_exchange(last, history=self.history, error=error, cell=self.cell, after=after)
        return self.value.with_exchange(past).with_options({} if past.problem else self.kept)


class Conversation:
    """A conversation with a model.

    ```python
    chat = bnb.Conversation(model="us.amazon.nova-lite-v1:0", system="You are terse.", tools=[weather])
    chat.send("Why is the sky blue?").text
    await chat.send_async("And at night?")
    ```

    `value` is its state, a frozen `bedrock_nb.core.request.conversation.Conversation`. An exchange that fails, or
    is stopped, stays in it and is not carried on.

    Args:
        options: The options of every call; `send` may give others for one.
    """

    def __init__(self, **options: Any) -> None:
        self.value = core.Conversation()
        self.options = options
        self._lock = threading.Lock()
        self._current: Exchange | None = None
        self._charges: list[Charge] = []

    def send(self, prompt: Any = None, **options: Any) -> Recording:
        """Send a prompt, run the tools that are called, and wait for the final answer.

        The recording is that of the last call; its `error` says what went wrong, if anything did.

        Raises:
            InvalidInput: An option is wrong, or the last prompt is still being answered; nothing was sent.
        """
        return self.start(prompt, keep=False, **options).result()

    async def send_async(self, prompt: Any = None, **options: Any) -> Recording:
        """`send`, for `await`. Cancelling the task stops the exchange."""
        started = self.start(prompt, keep=False, **options)
        try:
            return await started
        finally:
            started.cancel()  # does nothing where it is over

    def start(
        self, prompt: Any = None, *, cell: str = "", anew: bool = False, keep: bool = True, **options: Any
    ) -> Exchange:
        """Send a prompt, and give the Exchange while it goes on.

        Args:
            prompt: The user's message; `messages=` takes several turns in its place.
            cell: The notebook's id of the cell that asks. Where it has asked before, its exchange is replaced.
            anew: Whether to forget what was said before, its options too.
            keep: Whether model, system text and names of tools hold for later prompts too, once this one is answered.
            options: Those of this exchange; see `bedrock_nb.notebook.calling.asking`.

        Raises:
            InvalidInput: An option is wrong, or the last prompt is still being answered; nothing was sent, and nothing
                is forgotten.
        """
        of_the_exchange = {name: options.pop(name) for name in ("ask", "max_rounds") if name in options}
        with self._lock:
            self._refuse_while_busy()
            asked = self._asked(prompt, cell, options, anew=anew, keep=keep)

            def take_in(ended: Exchange) -> None:
                self._charges.extend(map(charge_of, ended.recordings))
                self.value = asked.followed_by(ended.recording, ended.error)

            self._current = begun(asked.call, asked.toolbox, on_end=take_in, **of_the_exchange)
            return self._current

    def prepared(
        self, prompt: Any = None, *, cell: str = "", anew: bool = False, **options: Any
    ) -> tuple[Call, Toolbox]:
        """The call that `start` would make first, and its tools; nothing is sent. Arguments as of `start`."""
        asked = self._asked(prompt, cell, options, anew=anew)
        return asked.call, asked.toolbox

    def answered_before(
        self,
        look_up: Callable[[Call, Toolbox], Recording | None],
        prompt: Any = None,
        *,
        cell: str = "",
        anew: bool = False,
        **options: Any,
    ) -> Recording | None:
        """Take in an answer that was given before, in place of sending the prompt.

        Args:
            look_up: Finds the answer to the call that `start` would make first; None where there is none, and nothing
                changes.
            prompt: As of `start`, like all that follows.
            cell: The notebook's id of the cell that asks.
            anew: Whether to forget what was said before.
            options: Those of this exchange.

        Raises:
            InvalidInput: As of `start`.
        """
        with self._lock:
            self._refuse_while_busy()
            asked = self._asked(prompt, cell, options, anew=anew)
            answer = look_up(asked.call, asked.toolbox)
            if answer is not None:
                self.value = asked.followed_by(answer)
            return answer

    def _asked(
        self, prompt: Any, cell: str, options: Mapping[str, Any], *, anew: bool = False, keep: bool = True
    ) -> _Asked:
        value = core.Conversation() if anew else self.value
        said = {**self.options, **value.options, **{name: each for name, each in options.items() if each is not None}}
        history = value.messages(cell)
        if history:
            said["messages"] = [*history, *(said.get("messages") or [])]
        call, toolbox = prepared(prompt, **said)
        fitted = value.messages(cell, model=call.request["modelId"], tools="toolConfig" in call.request)
        messages = [*fitted, *call.request.get("messages", [])[len(history) :]]
        call = replace(call, request={**call.request, "messages": messages})
        kept = {name: options[name] for name in _KEPT if keep and _is_kept(options.get(name))}
        return _Asked(value, cell, call, toolbox, len(history), kept)

    def _refuse_while_busy(self) -> None:
        if self._current is not None and not self._current.done:
            raise InvalidInput(
                "The last prompt of this conversation is still being answered; nothing was sent.",
                advice="Wait until it is over, or stop it: with its panel's button, or with `cancel()`.",
            )

    # What was said.

    @property
    def exchanges(self) -> tuple[PastExchange, ...]:
        """The exchanges so far, those that are not carried on included: their `problem` says why."""
        return self.value.exchanges

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The history that the next prompt goes on from."""
        return self.value.messages()

    @property
    def outdated(self) -> tuple[int, ...]:
        """The numbers, from 1, of the exchanges that went on from something that has been replaced."""
        return self.value.outdated

    @property
    def charges(self) -> tuple[Charge, ...]:
        """What its calls in this process are charged for, those of replaced and forgotten exchanges too."""
        return tuple(self._charges)

    def __len__(self) -> int:
        """How many exchanges there are."""
        return len(self.value.exchanges)

    # Other ways on.

    def reset(self) -> None:
        """Forget all that was said; the options stay.

        Raises:
            InvalidInput: The last prompt is still being answered.
        """
        self._refuse_while_busy()
        self.value = core.Conversation(options=self.value.options)

    def fork(self, upto: int | None = None) -> Conversation:
        """A conversation of its own that begins with this one's exchanges.

        Args:
            upto: The number, from 1, of the last exchange that it begins with; all where it is None.

        Raises:
            InvalidInput: There is no such exchange.
        """
        forked = Conversation(**self.options)
        forked.value = self.value if upto is None else self.value.first(upto)
        return forked

    def save(self, path: str | Path) -> Path:
        """Write it to a JSON file, whole or not at all: what was said, the model, the system text, the tools' names.

        Raises:
            InvalidInput: The file cannot be written.
        """
        path = named_file(path)
        options = {name: _named(self.options[name]) for name in _KEPT if name in self.options}
        data = self.value.with_options(options).to_dict()
        with replacing(path) as draft:
            draft.write_text(json.dumps(data, indent=1), encoding="utf-8")
        return path

    @classmethod
    def load(cls, path: str | Path, **options: Any) -> Self:
        """Read a file that `save` wrote.

        Args:
            path: The file.
            options: Options of every call, as of a new conversation. Tools have to be given anew: a file has only
                their names.

        Raises:
            InvalidInput: It is not the name of a file.
            UnreadableRecording: The file cannot be read, or is no conversation.
        """
        path = named_file(path)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            advice = f"The working folder is {Path.cwd()}."
            raise UnreadableRecording(f"{path} cannot be read: {error.strerror}.", advice=advice) from error
        except ValueError as error:
            advice = "Such a file is written by `%bedrock chat save NAME FILE`, or by a conversation's `save`."
            raise UnreadableRecording(f"{path} is no saved conversation: {error}.", advice=advice) from error
        loaded = cls(**options)
        value = core.Conversation.from_dict(data)
        loaded.value = replace(value, options={k: v for k, v in value.options.items() if k not in options})
        return loaded

    def __repr__(self) -> str:
        model = self.options.get("model") or self.value.options.get("model") or "the default model"
        return f"<Conversation with {model}: {counted(len(self), 'exchange')}>"


def _is_kept(value: Any) -> bool:
    """Whether a file can hold it: a function is named by its cell again."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _named(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_named(each) for each in value]
    return getattr(value, "__name__", str(value)) if callable(value) else value
