"""Which runs are asked for, and the same in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bedrock_nb.core.errors import InvalidInput
from bedrock_nb.core.summary import RunState
from bedrock_nb.store.privacy import masked_text
from bedrock_nb.store.rows import microseconds

_AGO = re.compile(
    r"(\d+(?:\.\d+)?)\s*"
    r"(?:(?P<minutes>m(?:in(?:ute)?s?)?)|(?P<hours>h(?:(?:ou)?rs?)?)|(?P<days>d(?:ays?)?)|(?P<weeks>w(?:(?:ee)?ks?)?))"
    r"(?:\s+ago)?"
)
"""Whole words: the m of "2 months" is no minute."""
_WORDS = re.compile(r'"([^"]+)"|(\S+)')
_ENDLESS = 2**63
"""SQLite's numbers end below."""
_NO_CHARACTERS = re.compile(r"[\0\ud800-\udfff]")
"""SQLite ends a question at the one, and has no encoding for the others."""
_NOWHERE = "\N{REPLACEMENT CHARACTER}"
_WITHOUT_SPACES = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
"""Scripts that put no space between words: SQLite would take a whole sentence for one."""


@dataclass(frozen=True, slots=True)
class Query:
    """What all the runs asked for have in common; None leaves it open."""

    model: str | None = None
    """The model's id, or a part of it."""
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None
    """Words that are all in the prompt or the answer, or begin one there; those in double quotes as they are."""
    state: str | None = None
    id: str | None = None
    """The run's id, or how it begins."""
    limit: int | None = None
    """So many of the newest."""
    offset: int = 0
    """Leave out so many of the newest."""
    upto: int | None = None
    """No newer than the run of this number."""

    def to_sql(self) -> tuple[str, dict[str, Any]]:
        """What follows FROM in a statement, newest runs first, and its values."""
        conditions, values = _conditions(self)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        values |= {"limit": -1 if self.limit is None else self.limit, "offset": self.offset}
        return f"runs{where} ORDER BY number DESC LIMIT :limit OFFSET :offset", values


EVERY_RUN = Query()


def moment_of(when: datetime | date | timedelta | str, now: datetime) -> datetime:
    """A time as people give it: a date, a time (local where it names no zone), "2026-11-03", "90m", "2 days ago".

    Raises:
        InvalidInput: It is none of these.
    """
    try:
        if isinstance(when, str):
            when = _written_moment(when.strip())
        if isinstance(when, timedelta):
            return now - when
        if not isinstance(when, datetime):
            when = datetime.combine(when, time())  # midnight here
        return when.astimezone(UTC)
    except (OverflowError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"{when!r} is no time.", advice="Give a date such as 2026-11-03, or an age such as 90m, 12h or 7d."
        ) from error


def _written_moment(when: str) -> datetime | timedelta:
    ago = _AGO.fullmatch(when)
    return timedelta(**{str(ago.lastgroup): float(ago[1])}) if ago else datetime.fromisoformat(when)


def _conditions(query: Query) -> tuple[list[str], dict[str, Any]]:
    conditions, values = [], {}
    for name, condition, value in _simple(query):
        if value is not None:
            conditions.append(condition)
            values[name] = value
    words, pieces = _words(_text("text", query.text) or "")
    if words:
        conditions.append("number IN (SELECT rowid FROM words WHERE words MATCH :words)")
        values["words"] = " AND ".join(words)
    for number, piece in enumerate(pieces):
        conditions.append(f"(instr(prompt, :piece{number}) OR instr(answer, :piece{number}))")
        values[f"piece{number}"] = piece
    return conditions, values


def _simple(query: Query) -> Iterator[tuple[str, str, Any]]:
    model, run_id = _storable("model", query.model), _storable("id", query.id)
    if _text("state", query.state) is not None and query.state not in set(RunState):
        raise InvalidInput(f"There is no state {query.state!r}.", advice=f"Choose one of {', '.join(RunState)}.")
    limit: object = query.limit
    if limit is not None and not (isinstance(limit, int) and 0 <= limit < _ENDLESS):
        raise InvalidInput(f"limit is {limit!r}, and should be a whole number from zero up.")
    yield "model", "instr(model, :model)", masked_text(model) if model else None
    yield "since", "started_at >= :since", microseconds(query.since)
    yield "until", "started_at < :until", microseconds(query.until)
    yield "state", "state = :state", query.state
    yield "upto", "number <= :upto", query.upto
    yield "id", "id >= :id AND id < :id || char(1114111)", run_id


def _text(name: str, value: object) -> str | None:
    """The value, if it is text or left open.

    Raises:
        InvalidInput: It is neither.
    """
    if not (value is None or isinstance(value, str)):
        raise InvalidInput(f"{name} is {value!r}, and should be text.")
    return value


def _storable(name: str, value: object) -> str | None:
    """The text with other signs for those that SQLite cannot encode: these are found nowhere."""
    return _NO_CHARACTERS.sub(_NOWHERE, _text(name, value) or "") or None


def _words(text: str) -> tuple[list[str], list[str]]:
    """The words for the index, quoted so that none is an operator, and those to be looked for in the text itself.

    Signs count only where there is nothing else. If they did not, a search for "*" would find the whole history, and
    might be asked to delete it.
    """
    words, pieces = [], []
    for phrase, word in _WORDS.findall(_NO_CHARACTERS.sub(" ", text)):
        term = phrase or word.replace('"', "")
        if _WITHOUT_SPACES.search(term):
            pieces.append(term)
        elif any(letter.isalnum() for letter in term):
            words.append(f'"{term}"' if phrase else f'"{term}"*')
    return words, pieces if words or pieces else _NO_CHARACTERS.sub(_NOWHERE, text).split()
