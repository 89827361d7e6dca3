"""What parent and child say to each other: length-prefixed `wire` messages over one socket. Holds no expected value.

    parent                         child
    run(cells, limits)      ->
                            <-     ready, one byte          behind its walls; from here on the student's doing
                            <-     note(kind, detail)       an attempt to reach beyond, at any time
                            <-     check(name, cell)        when a cell calls check(name)
    cases(parameters, ...)  ->                              or skip
                            <-     answer(id, ...)          one per case, as soon as it is there
                            <-     cells(outputs, files)    after the last cell
    cases(...)              ->                              hidden cases, one exercise at a time
                            <-     answer(id, ...) ...
    stop                    ->

Whatever the child says is the student's word: `answer_from` accepts it as an answer and as nothing else.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from grader.calling import Answer, Raised
from grader.key import Key
from grader.quiz import CASE, QuestionKey
from grader.wire import MAX_DEPTH, Plain, WireError, decode, encode

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
    the exercise's other cases are not asked. memory, disk, answers, output: bytes of address space, of one written
    file and of all files, of all answers, of one cell's output. threads: how many besides the first.
    """

    wall: float = 60.0
    cpu: float = 60.0
    cell: float = 60.0
    check: float = 5.0
    memory: int = 2 * 2**30
    disk: int = 16 * 2**20
    answers: int = 64 * 2**20
    output: int = 64 * 2**10
    threads: int = 64


@dataclass(frozen=True)
class Question:
    """One case as the student's process sees it: inputs, whether the arguments are wanted back, which item is.

    Without calls it asks for the variable itself.
    """

    id: str
    calls: tuple[Mapping[str, Plain], ...]
    want_after: bool
    item: int | str | None = None


def questions(key: Key) -> tuple[list[Question], list[Question]]:
    """A key's public and its hidden questions. Only inputs leave the key."""
    if isinstance(key, QuestionKey):
        return [Question(CASE, (), False)], []
    public: list[Question] = []
    hidden: list[Question] = []
    for criterion, case in key.cases:
        question = Question(case.id, case.calls, criterion.inputs_unchanged, case.item)
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


Wait = Callable[[socket.socket, float], None]


def wait_until_readable(connection: socket.socket, deadline: float) -> None:
    """Return when something can be read. deadline: a time.monotonic() value. Raises TooSlow."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(1e3 * left):
        raise TooSlow


def receive(
    connection: socket.socket, limit: int, deadline: float | None = None, wait: Wait = wait_until_readable
) -> dict[str, Any]:
    """Receive one message of at most `limit` bytes.

    deadline: a time.monotonic() value; wait: how to wait for more until then. Raises Closed, TooSlow, TooMuch, or
    WireError when it is not a message.
    """
    (length,) = _LENGTH.unpack(_receive_exactly(connection, _LENGTH.size, deadline, wait))
    if length > limit:
        raise TooMuch
    message = decode(_receive_exactly(connection, length, deadline, wait))
    if not isinstance(message, dict):
        raise WireError("not a message")
    return message


def _receive_exactly(connection: socket.socket, count: int, deadline: float | None, wait: Wait) -> bytes:
    chunks = []
    while count:
        if deadline is not None:
            wait(connection, deadline)
        try:
            # What made it readable may be gone again, or never be meant for reading: then wait on.
            chunk = connection.recv(min(count, 2**20), 0 if deadline is None else socket.MSG_DONTWAIT)
        except BlockingIOError:
            time.sleep(0.001)
            continue
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
        "raised": None if raised is None else {**asdict(raised), "types": list(raised.types)},
    }


def answer_from(message: Mapping[str, Any]) -> Answer:
    """The answer in a message, or an Answer that says it was none. Never raises."""
    raised, missing = message.get("raised"), message.get("missing")
    if isinstance(missing, str) and missing == "time":
        # Of the line it stood at only the place counts: what the exception says of itself may be anything.
        stood = _raised_from(raised)
        return Answer(missing=missing, raised=stood and replace(stood, types=("TimeLimit",), message=""))
    if isinstance(missing, str) and missing:
        return Answer(missing=missing if missing == "undefined" else "damaged")
    if raised is None:
        value, after = message.get("value"), message.get("after")
        # An honest child sends nothing deeper, and what is stored must fit into one more message.
        deep = _deeper_than(MAX_DEPTH, value) or _deeper_than(MAX_DEPTH, after)
        return Answer(missing="damaged") if deep else Answer(value=value, after=after)
    described = _raised_from(raised)
    return Answer(missing="damaged") if described is None else Answer(raised=described)


def _raised_from(raised: Any) -> Raised | None:
    """The exception in a message; None where it is none."""
    try:
        types, texts = raised["types"][:20], [raised[name] for name in ("message", "source", "function")]
        places = [raised[name] for name in ("line", "call")]
        # Only what is text already: to make text of other things can take as long as the sender likes.
        if all(isinstance(place, int) for place in places) and all(isinstance(text, str) for text in (*types, *texts)):
            names = tuple(name[:100] for name in types)
            message, source, function = texts[0][:500], texts[1][:200], texts[2][:100]
            return Raised(names or ("Exception",), message, places[0], source, function, places[1])
    except Exception:  # whatever a forged message is made of
        return None
    return None


def _deeper_than(most: int, value: Plain) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list | tuple) and (most == 0 or any(_deeper_than(most - 1, item) for item in value))
