"""What parent and child say to each other: length-prefixed `wire` messages over one socket. Holds no expected value.

    parent                         child
    run(cells, limits)      ->
                            <-     check(name, cell)        when a cell calls check(name)
    cases(parameters, ...)  ->                              or skip
                            <-     answer(id, ...)          one per case, as soon as it is there
                            <-     cells(outputs)           after the last cell
    cases(...)              ->                              hidden cases, one exercise at a time
                            <-     answer(id, ...) ...
    stop                    ->

Whatever the child says is the student's word: `answer_from` accepts it as an answer and as nothing else.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.calling import Answer, Raised
from grader.key import Key
from grader.wire import Plain, WireError, decode, encode

_LENGTH = struct.Struct("<I")


class Closed(Exception):
    """The other side is gone."""


class TooSlow(Exception):
    """Nothing, or not all of a message, came before the deadline."""


class TooMuch(Exception):
    """More bytes were announced than the limit allows."""


@dataclass(frozen=True)
class Limits:
    """How much a notebook may use; all are reported by name when hit.

    wall, cpu: seconds per notebook. cell: seconds per cell. check: seconds for one case; when one has run out of time,
    the exercise's other cases are not asked. memory, file, answers, output: bytes of address space, of one written
    file, of all answers, of one cell's output.
    """

    wall: float = 60.0
    cpu: float = 60.0
    cell: float = 60.0
    check: float = 5.0
    memory: int = 2 * 2**30
    file: int = 16 * 2**20
    answers: int = 64 * 2**20
    output: int = 64 * 2**10


@dataclass(frozen=True)
class Question:
    """One case as the student's process sees it: inputs, and whether the arguments are wanted back."""

    id: str
    calls: tuple[Mapping[str, Plain], ...]
    want_after: bool


def questions(key: Key) -> tuple[list[Question], list[Question]]:
    """A key's public and its hidden questions. Only inputs leave the key."""
    public: list[Question] = []
    hidden: list[Question] = []
    for criterion, case in key.cases:
        question = Question(case.id, case.calls, criterion.inputs_unchanged)
        (hidden if criterion.hidden or case.hidden else public).append(question)
    return public, hidden


def send(connection: socket.socket, message: Plain) -> None:
    """Send one message. Raises Closed."""
    data = encode(message)
    try:
        connection.sendall(_LENGTH.pack(len(data)) + data)
    except TimeoutError as error:
        raise TooSlow from error
    except OSError as error:
        raise Closed from error


def receive(connection: socket.socket, limit: int, deadline: float | None = None) -> dict[str, Any]:
    """Receive one message of at most `limit` bytes.

    deadline: a time.monotonic() value. Raises Closed, TooSlow, TooMuch, or WireError when it is not a message.
    """
    (length,) = _LENGTH.unpack(_receive_exactly(connection, _LENGTH.size, deadline))
    if length > limit:
        raise TooMuch
    message = decode(_receive_exactly(connection, length, deadline))
    if not isinstance(message, dict):
        raise WireError("not a message")
    return message


def _receive_exactly(connection: socket.socket, count: int, deadline: float | None) -> bytes:
    chunks = []
    while count:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TooSlow
            connection.settimeout(left)
        try:
            chunk = connection.recv(min(count, 2**20))
        except TimeoutError as error:
            raise TooSlow from error
        except OSError as error:
            raise Closed from error
        if not chunk:
            raise Closed
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


def answer_message(question_id: str, answer: Answer) -> Plain:
    """An answer as a message."""
    raised = answer.raised
    return {
        "say": "answer",
        "id": question_id,
        "value": answer.value,
        "after": answer.after,
        "missing": answer.missing,
        "raised": None
        if raised is None
        else {"types": list(raised.types), "message": raised.message, "line": raised.line, "source": raised.source},
    }


def answer_from(message: Mapping[str, Any]) -> Answer:
    """The answer in a message, or an Answer that says it was none. Never raises."""
    raised, missing = message.get("raised"), message.get("missing")
    if isinstance(missing, str) and missing:
        return Answer(missing=missing if missing in ("undefined", "time") else "damaged")
    if raised is None:
        return Answer(value=message.get("value"), after=message.get("after"))
    try:
        types = tuple(str(name)[:100] for name in raised["types"][:20])
        return Answer(
            raised=Raised(
                types or ("Exception",), str(raised["message"])[:500], int(raised["line"]), str(raised["source"])[:200]
            )
        )
    except (TypeError, KeyError, ValueError):
        return Answer(missing="damaged")
