"""Plain data to bytes or JSON and back, strictly: the only form in which anything crosses a process boundary.

Plain data is None, bool, int, float, str, NumPy arrays of fourteen numeric dtypes, `Opaque`, the markers of a case's
arguments, and lists, tuples and dicts of these. Reading never unpickles, never allocates before it has checked a size,
and refuses whatever is left over, so the bytes may come from an enemy.

    bytes:  uint32 length of the header | header, JSON: {"tree": ..., "arrays": [[dtype, shape], ...]} | raw arrays
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.exercise import Function, Made, Marker, Previous, Rng
from grader.functions import FUNCTIONS

Plain = Any
Json = Any

DTYPES = {
    np.dtype(code).newbyteorder("<").str: np.dtype(code).newbyteorder("<")
    for code in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
}
MAX_DEPTH = 32
MAX_ITEMS = 200_000
_MAX_ARRAYS = 20_000
_MAX_NUMBERS = 1_000_000
_MAX_KEYS = 20_000  # more in one dict, chosen to collide, would take minutes
MAX_HEADER = 16 * 2**20
MAX_TEXT = 100_000
# Lists of at least this many numbers cross as arrays.
MANY = 1000
_LONG = 30
_MAX_DIMENSION = 2**40
_MAX_TYPE = 100
_MAX_AXES = 64
_MAX_NODE_DEPTH = MAX_DEPTH + 8  # room for the message around a value as deep as `plain` makes it
_LENGTH = struct.Struct("<I")


class WireError(ValueError):
    """Bytes or JSON that are not what `encode` or `to_json` writes."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is not plain data; `type` says what it was."""

    type: str


def plain(value: Any, _inside: tuple[int, ...] = ()) -> Plain:
    """Return `value` as plain data; whatever cannot cross becomes `Opaque`. Never raises for odd values."""
    try:
        return _plain(value, _inside)
    except Exception:  # a class of the student's own may do anything when it is looked at
        return Opaque("object whose methods raise")


def _plain(value: Any, inside: tuple[int, ...]) -> Plain:
    """inside: the ids of the containers that `value` lies in."""
    if len(inside) > MAX_DEPTH:
        return Opaque("something nested too deeply")
    if id(value) in inside:
        return Opaque(f"{type(value).__name__[:50]} that holds itself")
    if value is None or type(value) in (bool, Opaque):
        return value
    if isinstance(value, Marker):
        return _plain_marker(value)
    if type(value) is str:
        return value if len(value) <= MAX_TEXT else Opaque("text that is too long")
    if type(value) is int:
        return value if -(2**63) <= value < 2**64 else Opaque("int beyond 64 bits")
    if type(value) is float:
        return value
    if type(value) is complex:
        return np.asarray(value)
    if isinstance(value, np.ndarray | np.generic):
        return _plain_array(value)
    if isinstance(value, list | tuple):
        items = [plain(item, (*inside, id(value))) for item in value]
        # Not the value itself: NumPy does not come back from a list that holds itself twice.
        stacked = _stacked(items) if isinstance(value, list) and len(value) >= _LONG else None
        if stacked is not None:
            return stacked
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        if all(type(key) is str or (type(key) is int and -(2**63) <= key < 2**64) for key in value):
            return {key: plain(item, (*inside, id(value))) for key, item in value.items()}
        return Opaque("dict whose keys are not text or whole numbers")
    return Opaque(type(value).__name__[:100])


def _plain_marker(value: Marker) -> Plain:
    """A case's own marker; one that holds something else is none."""
    if isinstance(value, Made):
        made = Made(value.by, {name: plain(item) for name, item in value.inputs.items()}, value.item)
        known = type(value.by) is str and all(type(name) is str for name in made.inputs) and _is_place(value.item)
        return made if known else Opaque("Made")
    if isinstance(value, Rng):
        return value if type(value.seed) is int and type(value.stream) is int else Opaque("Rng")
    if isinstance(value, Previous):
        return value if _is_place(value.item) else Opaque("Previous")
    return value if type(value.name) is str and value.name in FUNCTIONS else Opaque("Function")


def _is_place(item: Any) -> bool:
    return item is None or type(item) is int


def _stacked(items: list[Any]) -> np.ndarray | None:
    """A long regular list of numbers as the array it means: a tenth of the bytes, and every reader treats it alike."""
    try:
        array = _plain_array(np.asarray(items))
    except Exception:  # ragged, or odd objects with odd methods
        return None
    return array if isinstance(array, np.ndarray) and array.size >= MANY else None


def _plain_array(value: Any) -> np.ndarray | Opaque:
    array: np.ndarray = np.asarray(value)
    if array.dtype in (np.longdouble, np.clongdouble):
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    code = array.dtype.newbyteorder("<").str
    if code not in DTYPES:
        return Opaque("array of objects" if array.dtype.kind == "O" else f"array of {array.dtype}"[:100])
    return np.array(array, dtype=DTYPES[code], order="C")


def encode(value: Plain) -> bytes:
    """Plain data to bytes. Raises WireError for anything else."""
    arrays: list[np.ndarray] = []

    def keep(array: np.ndarray) -> Json:
        arrays.append(np.array(array, dtype=DTYPES[_dtype_code(array)], order="C"))
        return len(arrays) - 1

    tree = _skeleton(value, keep)
    header = json.dumps(
        {"tree": tree, "arrays": [[array.dtype.str, list(array.shape)] for array in arrays]},
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
    return b"".join([_LENGTH.pack(len(header)), header, *(array.tobytes() for array in arrays)])


def decode(data: bytes) -> Plain:
    """Bytes from `encode` to plain data. Raises WireError for anything else; allocates no more than `data` holds."""
    if len(data) < _LENGTH.size:
        raise WireError("shorter than its length field")
    (length,) = _LENGTH.unpack_from(data)
    offset = _LENGTH.size + length
    if length > MAX_HEADER or offset > len(data):
        raise WireError("the header is longer than the data")
    header = _parse(data[_LENGTH.size : offset])
    if not isinstance(header, dict) or header.keys() != {"tree", "arrays"} or not isinstance(header["arrays"], list):
        raise WireError("the header is not a tree with arrays")
    if len(header["arrays"]) > _MAX_ARRAYS:
        raise WireError("too many arrays")
    arrays: list[np.ndarray | None] = []
    for entry in header["arrays"]:
        dtype, shape = _array_entry(entry)
        size = math.prod(shape) * dtype.itemsize
        if size > len(data) - offset:
            raise WireError("an array is larger than the data")
        array = np.frombuffer(data, dtype, count=math.prod(shape), offset=offset)
        arrays.append(_reshape(array, shape))
        offset += size
    if offset != len(data):
        raise WireError("bytes are left over")

    def fetch(index: Json) -> np.ndarray:
        if type(index) is not int or not 0 <= index < len(arrays):
            raise WireError("no array of that number")
        array, arrays[index] = arrays[index], None
        if array is None:
            raise WireError("an array is named twice")
        return array

    tree = _restore(header["tree"], fetch)
    if any(array is not None for array in arrays):
        raise WireError("an array belongs to nothing")
    return tree


def to_json(value: Plain) -> Json:
    """Plain data as JSON values a person can read; floats keep all their digits. Raises WireError."""

    def keep(array: np.ndarray) -> Json:
        flat = array.ravel().tolist()
        if array.dtype.kind == "c":
            raise WireError("complex arrays are not written as JSON")
        data = [item if math.isfinite(item) else repr(item) for item in flat]
        if len(data) > 1 and all(repr(item) == repr(data[0]) for item in data):  # -0.0 is not 0.0
            data = data[:1]  # a constant array says its one value once
        return {"dtype": _dtype_code(array), "shape": list(array.shape), "data": data}

    return _skeleton(value, keep)


def from_json(node: Json) -> Plain:
    """The inverse of `to_json`. Raises WireError."""
    left = _MAX_NUMBERS

    def fetch(entry: Json) -> np.ndarray:
        nonlocal left
        if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data"}:
            raise WireError("not an array")
        dtype, shape = _array_entry([entry["dtype"], entry["shape"]])
        data = entry["data"]
        count = math.prod(shape)
        if not isinstance(data, list) or count > left or len(data) not in (count, 1):
            raise WireError("an array's data do not fill its shape")
        left -= count
        if not all(type(item) in (bool, int, float, str) for item in data):
            raise WireError("an array's data are not numbers")
        try:
            with np.errstate(over="ignore"):
                flat = np.array([float(item) if isinstance(item, str) else item for item in data], dtype=dtype)
            if dtype.kind in "biu" and flat.tolist() != data:
                raise WireError("an array's data are not numbers of its dtype")
            flat = np.full(count, flat[0]) if len(data) != count else flat
        except (TypeError, ValueError, OverflowError) as error:
            raise WireError("an array's data are not numbers of its dtype") from error
        return _reshape(flat, shape)

    return _restore(node, fetch)


def _dtype_code(array: np.ndarray) -> str:
    code = array.dtype.newbyteorder("<").str
    if code not in DTYPES:
        raise WireError(f"arrays of {array.dtype} do not cross")
    return code


def _parse(text: bytes) -> Json:
    def refuse(name: str) -> Json:
        raise WireError(f"{name} is not JSON")

    try:
        return json.loads(text.decode("ascii"), parse_constant=refuse)  # `encode` writes nothing else
    except (ValueError, RecursionError) as error:
        raise WireError("the header is not JSON") from error


def _array_entry(entry: Json) -> tuple[np.dtype, tuple[int, ...]]:
    if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[0], str) or entry[0] not in DTYPES:
        raise WireError("an array of an unknown dtype")
    shape = entry[1]
    if not isinstance(shape, list) or len(shape) > _MAX_AXES:
        raise WireError("a shape is not a list of sizes")
    if not all(type(size) is int and 0 <= size <= _MAX_DIMENSION for size in shape):
        raise WireError("a size is not a reasonable whole number")
    return DTYPES[entry[0]], tuple(shape)


def _reshape(flat: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    try:
        return flat.reshape(shape).copy()
    except ValueError as error:
        raise WireError("an array's shape is impossible") from error


def _skeleton(value: Plain, keep: Callable[[np.ndarray], Json], depth: int = 0) -> Json:
    if depth > _MAX_NODE_DEPTH:
        raise WireError("nested too deeply")
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {"f": repr(value)}
    if isinstance(value, np.ndarray | np.generic):
        return {"a": keep(np.asarray(value))}
    if isinstance(value, Marker):
        return _marker(value, keep, depth)
    if type(value) is Opaque:
        return {"o": value.type}
    if isinstance(value, list | tuple):
        return {"l" if isinstance(value, list) else "t": [_skeleton(item, keep, depth + 1) for item in value]}
    if isinstance(value, dict):
        return {"d": [[key, _skeleton(item, keep, depth + 1)] for key, item in value.items()]}
    raise WireError(f"a {type(value).__name__} is not plain data")


def _marker(value: Marker, keep: Callable[[np.ndarray], Json], depth: int) -> Json:
    if isinstance(value, Rng):
        return {"r": [value.seed, value.stream]}
    if isinstance(value, Function):
        return {"c": value.name}
    if isinstance(value, Previous):
        return {"p": value.item}
    return {"m": [value.by, _skeleton(dict(value.inputs), keep, depth + 1), value.item]}


def _restore(node: Json, fetch: Callable[[Json], np.ndarray]) -> Plain:
    budget = MAX_ITEMS

    def visit(node: Json, depth: int) -> Plain:
        nonlocal budget
        budget -= 1
        if budget < 0 or depth > _MAX_NODE_DEPTH:
            raise WireError("too many items or nested too deeply")
        if node is None or type(node) in (bool, float):
            return node
        if type(node) in (int, str):
            return _text_or_int(node)
        if type(node) is not dict or len(node) != 1:
            raise WireError("not a node")
        ((tag, content),) = node.items()
        if tag == "a":
            return fetch(content)
        if tag == "f" and type(content) is str and content in ("nan", "inf", "-inf"):
            return float(content)
        if tag == "o" and type(content) is str:
            return Opaque(str(_text_or_int(content))[:_MAX_TYPE])
        if tag == "r" and type(content) is list and len(content) == 2 and all(type(n) is int for n in content):
            return Rng(*content)
        if tag == "c" and type(content) is str and content in FUNCTIONS:
            return Function(content)
        if tag == "p" and (content is None or type(content) is int):
            return Previous(content)
        if tag == "m" and type(content) is list and len(content) == 3 and type(content[0]) is str:
            by, inputs, item = content[0], visit(content[1], depth + 1), content[2]
            if isinstance(inputs, dict) and (item is None or type(item) is int):
                return Made(by, inputs, item)
        if tag in ("l", "t") and type(content) is list:
            items = [visit(item, depth + 1) for item in content]
            return items if tag == "l" else tuple(items)
        if tag == "d" and type(content) is list and len(content) <= _MAX_KEYS:
            return dict(_pair(entry, visit, depth) for entry in content)
        raise WireError("not a node")

    return visit(node, 0)


def _pair(entry: Json, visit: Callable[[Json, int], Plain], depth: int) -> tuple[str | int, Plain]:
    if type(entry) is not list or len(entry) != 2 or type(entry[0]) not in (str, int):
        raise WireError("not a key with its value")
    return _text_or_int(entry[0]), visit(entry[1], depth + 1)


def _text_or_int(node: str | int) -> str | int:
    if isinstance(node, str):
        # Half a surrogate pair is a Python string that no file can hold.
        return node.encode("utf-8", "replace").decode()
    # Longer ones could also be chosen to share one hash, and a dict of them takes the square of its size to build.
    if not -(2**63) <= node < 2**64:
        raise WireError("an int beyond 64 bits")
    return node
