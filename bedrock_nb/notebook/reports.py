"""What the commands answer, as functions: models, settings, aliases, costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bedrock_nb.core.counted import counted
from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.notebook import local_endpoint
from bedrock_nb.notebook.calling.composing import default_connection
from bedrock_nb.notebook.keeping.cost import bill, cost_of_charge, dollars
from bedrock_nb.notebook.keeping.ledger import LEDGER
from bedrock_nb.notebook.keeping.shown_table import Table
from bedrock_nb.notebook.model_list import MODELS
from bedrock_nb.notebook.options import aliases as alias_names
from bedrock_nb.notebook.options.defaults import notebook_setting, set_for_notebook, settings
from bedrock_nb.notebook.options.table import SETTINGS
from bedrock_nb.wire.models import ListedModel

if TYPE_CHECKING:
    from bedrock_nb.notebook.conversation import Conversation

_PASSWORD = re.compile(r"(?<=://)[^/\s]+(?=@)")
"""Who the address lets in: a name, a password or both."""

_COLUMNS_OF_MODELS = ("id", "name", "provider", "kind", "streams", "status", "takes", "gives")


def models(*words: str) -> Table:
    """The models and inference profiles that the account can use, those that have all of these words in their row.

    Raises:
        BedrockError: They could not be listed.
    """
    listed = MODELS.fetched(default_connection())
    rows = [row for row in map(_model_row, listed) if all(word.lower() in _searched(row) for word in words)]
    asked = f" with {' and '.join(map(repr, words))}" if words else ""
    note = "Use one with `%bedrock use ID` or -m ID." if rows else "Fewer words may find more."
    return Table(
        f"{len(rows)} of {len(listed)} models and inference profiles{asked}", _COLUMNS_OF_MODELS, tuple(rows), note
    )


def _model_row(model: ListedModel) -> dict[str, object]:
    return {
        "id": model.id,
        "name": model.name,
        "provider": model.provider,
        "kind": model.kind if model.on_demand is not False else f"{model.kind}, through a profile only",
        "streams": model.streams,
        "status": model.status,
        "takes": [each.lower() for each in model.inputs],
        "gives": [each.lower() for each in model.outputs],
    }


def _searched(row: dict[str, object]) -> str:
    return " ".join(map(str, row.values())).lower()


def known_model_ids() -> Iterator[str]:
    """Aliases, the scripted models while they are on, and the account's models as far as they are known by now."""
    yield from alias_names.aliases()
    if local_endpoint.is_running():
        yield from (model_id for model_id, _ in local_endpoint.models())
    yield from (model.id for model in MODELS.known(default_connection()) if model.streams is not False)


def use(model: str | None) -> str | None:
    """Use this model, or what the alias stands for, in all calls that name none; None leaves it to the defaults again.

    Raises:
        InvalidInput: It is blank.
    """
    set_for_notebook("model", model)
    return model


def aliases() -> Table:
    """The aliases, and where each comes from."""
    rows = tuple(
        {"alias": name, "model": found.value, "from": found.origin} for name, found in alias_names.aliases().items()
    )
    note = "" if rows else "`%bedrock alias NAME MODEL` makes one."
    return Table(counted(len(rows), "alias", "aliases"), ("alias", "model", "from"), rows, note)


def config() -> Table:
    """What holds for calls that do not say otherwise, and where each value comes from.

    Raises:
        InvalidInput: A place sets a value that its option does not take; the place is named.
    """
    found = settings()
    names = [option.name for option in SETTINGS if option.name in found]
    rows = tuple({"option": name, "value": _showable(found[name].value), "from": found[name].origin} for name in names)
    rest = "All else is left to the model and to boto3."
    return Table(counted(len(rows), "setting"), ("option", "value", "from"), rows, rest)


def _showable(value: Any) -> Any:
    """The value without the password that an address may have in it: the table is kept in the notebook."""
    return _PASSWORD.sub("…", value) if isinstance(value, str) else value


def cost(conversation: Conversation | None = None) -> Table:
    """What the calls of this process cost, or those of one conversation, by model, by list prices.

    Raises:
        MissingExtra: The `[cost]` extra is not installed.
    """
    charges, running = LEDGER.charges() if conversation is None else (conversation.charges, 0)
    by_model: dict[str, list[float | None]] = {}
    for charge in charges:
        by_model.setdefault(charge.model, []).append(cost_of_charge(charge))
    rows = tuple(_cost_row(model, costs) for model, costs in by_model.items())
    still = f" {running} more still running." if running else ""
    where = "notebook" if conversation is None else "chat"
    total = f"Cost of {counted(len(charges), 'call')} in this {where}: {bill(charges)}.{still}"
    note = "List prices in US dollars; unknown is not nothing."
    if conversation is not None:
        note += " Calls that another kernel made, before the chat was loaded, are not in it."
    return Table(total, ("model", "calls", "cost", "unknown"), rows, note)


def _cost_row(model: str, costs: list[float | None]) -> dict[str, object]:
    known = [cost for cost in costs if cost is not None]
    amount = dollars(sum(known)) if known else "unknown"
    return {"model": model, "calls": len(costs), "cost": amount, "unknown": len(costs) - len(known) or None}


def alias(name: str, model: str | None) -> Table:
    """Let a name stand for a model; None takes the name back. The aliases after that."""
    alias_names.alias(name, model)
    return aliases()


def use_local(state: str = "on") -> str:
    """Speak to scripted models on this machine, or with `off` to Bedrock again; what holds now, in a sentence.

    Raises:
        InvalidInput: It is neither.
    """
    if state == "off":
        local_endpoint.stop()
        return f"Calls go to Amazon Bedrock again.{_asking(notebook_setting('model'))}"
    if state != "on":
        raise InvalidInput(f"The endpoint is on or off, not {state!r}.")
    url = local_endpoint.start().url
    waits = local_endpoint.set_aside()
    told = f" {waits} waits until `%bedrock local off`." if waits else ""
    return f"Calls now go to {url}, on this machine. Its models are scripts, and say so.{told}"


def _asking(model: str | None) -> str:
    return f" Those that name no model ask {model}." if model else ""
