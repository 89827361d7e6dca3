"""Whether a level really holds: a handful of real attacks, run in a real child before any student's code.

Each attack returns True when it got what it wanted. They rest on no list of installed tools or kernel versions: what
counts is that they fail, here and now.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

SECRET = b"an expected value"


@dataclass(frozen=True)
class Target:
    """What the attacks are after: a file that holds SECRET, a folder anybody may write to, the trusted process, and
    where in its memory SECRET lies."""

    file: str
    folder: str
    parent: int
    address: int


def read_a_file(target: Target) -> bool:
    """Read a file outside, as the gradebook or the course's secret would be."""
    return Path(target.file).read_bytes() == SECRET


def list_a_folder(target: Target) -> bool:
    """See which files there are, as hidden tests are looked for."""
    return bool(os.listdir(Path(target.file).parent))


def write_a_file(target: Target) -> bool:
    """Leave something outside, as for the next student."""
    Path(target.folder, "left").write_bytes(b"x")
    return True


def read_the_parents_memory(target: Target) -> bool:
    """Read an expected value out of the trusted process through /proc."""
    with open(f"/proc/{target.parent}/mem", "rb") as memory:
        memory.seek(target.address)
        return memory.read(len(SECRET)) == SECRET


def copy_the_parents_memory(target: Target) -> bool:
    """The same by process_vm_readv."""
    buffer = ctypes.create_string_buffer(len(SECRET))
    here = struct.pack("PP", ctypes.addressof(buffer), len(SECRET))
    there = struct.pack("PP", target.address, len(SECRET))
    ctypes.CDLL(None).process_vm_readv(target.parent, here, 1, there, 1, 0)
    return buffer.raw[: len(SECRET)] == SECRET


def signal_the_parent(target: Target) -> bool:
    """Reach the trusted process with a signal (0: none is delivered)."""
    os.kill(target.parent, 0)
    return True


def make_the_kernel_signal_the_parent(target: Target) -> bool:
    """The same by way of a pipe that belongs to the trusted process and signals its owner."""
    ours, theirs = os.pipe()
    fcntl.fcntl(ours, fcntl.F_SETOWN, target.parent)
    os.close(theirs)
    return True


def send_a_datagram(target: Target) -> bool:
    """Reach a socket on the disk, as the system's log is one."""
    ours, _theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.sendto(b"x", f"{target.folder}/socket")
    return True


def open_a_socket(target: Target) -> bool:
    """Talk to anybody."""
    socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()
    return True


def start_a_process(target: Target) -> bool:
    """Leave something running."""
    if os.fork() == 0:
        os._exit(0)
    return True


def make_a_namespace(target: Target) -> bool:
    """Become root in a world of its own, where the kernel has more to attack."""
    return bool(ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0)


def see_other_processes(target: Target) -> bool:
    """Be anything but the first process of a namespace of its own."""
    return os.getpid() != 1


def fill_the_disk(target: Target) -> bool:
    """Write more than a private disk holds to the working folder; or find that there is none."""
    try:
        for number in range(3):
            with open(f"filled{number}", "wb") as file:
                file.truncate(2**20)
                for offset in range(0, 10 * 2**20, 2**20):
                    file.seek(offset)
                    file.write(bytes(2**20))
    except PermissionError:
        return True  # not written to the end, but by somebody else's leave
    except OSError:
        return False
    finally:
        for number in range(3):
            if os.path.exists(f"filled{number}"):
                os.unlink(f"filled{number}")
    return True


Attack = Callable[[Target], bool]
_CONTAINED: tuple[Attack, ...] = (
    read_a_file,
    list_a_folder,
    write_a_file,
    read_the_parents_memory,
    copy_the_parents_memory,
    signal_the_parent,
    make_the_kernel_signal_the_parent,
    send_a_datagram,
    open_a_socket,
    start_a_process,
    make_a_namespace,
)
ATTACKS: Mapping[str, tuple[Attack, ...]] = {
    "limited": (),
    "contained": _CONTAINED,
    "separate": (*_CONTAINED, see_other_processes, fill_the_disk),
}


def successful(level: str, target: Target) -> list[str]:
    """Run a level's attacks in this process; the names of those that succeeded, in words."""
    return [attack.__name__.replace("_", " ") for attack in ATTACKS[level] if _succeeds(attack, target)]


def _succeeds(attack: Attack, target: Target) -> bool:
    try:
        return attack(target)
    except OSError:
        return False
