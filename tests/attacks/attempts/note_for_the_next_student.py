# Leaves a note for whoever comes next, wherever it may last; and looks for one.
# runs: 2
# reports: opened /tmp/attack-note; opened /dev/shm/attack-note; call shmget; call msgget; call mq_open; call add_key; call socket
# limits: cell=8, cpu=10, wall=12

# %%
import ctypes
import os
import socket
import sys

import numpy as np

note = TARGET["note"]
here = os.getcwd()
KEY = 0x6E6F7465
packages = os.path.dirname(os.path.dirname(np.__file__))
folders = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/run/user", "/dev", os.path.expanduser("~root"), "/etc", "/"]
folders += [here, os.path.dirname(here), f"{os.path.dirname(here)}/files", f"{os.path.dirname(here)}/work"]
folders += [packages, os.path.dirname(os.__file__), os.path.dirname(np.__file__), np.__path__[0] + "/__pycache__"]
folders += [f"{os.path.dirname(os.__file__)}/__pycache__", TARGET["folder"], sys.prefix, sys.base_prefix]
names = (note, f"{note}.pth", "sitecustomize.py", f"{note}.py", f"{note}.pyc")

# %%
# First: is there one?
@variant
def in_a_file():
    # Where nothing may be read it may still be seen.
    return [path for folder in folders for name in (note, f"{note}.py") if os.path.lexists(path := f"{folder}/{name}")]


@variant
def in_a_module():
    return __import__("note_from_before")


@variant
def in_shared_memory():
    return [name for name in ("shmget", "semget") if call(name, KEY, 1, 0) >= 0] or call("msgget", KEY, 0) >= 0


@variant
def in_a_queue():
    return call("mq_open", b"note", 0, 0, None) >= 0


@variant
def in_a_keyring():
    # KEYCTL_SEARCH of the session's, the user's and the user's session's
    return [ring for ring in (-3, -4, -5) if call("keyctl", 10, ring, b"user", b"note", 0) >= 0]


@variant
def in_memory():
    return getattr(sys, "note", None) or getattr(np, "note", None) or os.environ.get("NOTE") or "note" in vars(__builtins__)


@variant
def in_the_process():
    import resource
    import signal

    name = ctypes.create_string_buffer(16)
    call("prctl", 16, name, 0, 0, 0)
    usual = signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL and not signal.pthread_sigmask(signal.SIG_BLOCK, [])
    umask = os.umask(0o22)
    return name.value == b"note" or not usual or umask == 0o123 or resource.getrlimit(resource.RLIMIT_NOFILE)[1] < 200


@variant
def in_a_lock():
    import fcntl

    with open(np.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@variant
def on_a_socket():
    a, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    return a.sendto(b"?", "\0note")

# %%
# Then: leave one. Where others but notebooks would find it, it is taken away again.
def leave(path, make):
    try:
        make(path)
    except OSError:
        return
    if not path.startswith((here, "/tmp", "/var/tmp", "/dev/shm", TARGET["folder"])):
        os.unlink(path)
        won(path)


def write(path):
    os.write(os.open(path, 0o301, 0o666), b"note = 1")


def write_raw(path):
    if (descriptor := call("openat", -100, os.fsencode(path), 0o301, 0o666)) < 0:
        raise OSError
    os.write(descriptor, b"note = 1")


for folder in folders:
    for name in names:
        leave(f"{folder}/{name}", write)
        leave(f"{folder}/{name}", write_raw)
    for make in (os.mkfifo, lambda path: os.symlink("/etc/passwd", path), lambda path: os.link(np.__file__, path)):
        leave(f"{folder}/{note}-made", make)

# %%
# A compiled module in the place of a true one; nothing is written, should it open.
import importlib.util

for path in (np.__cached__, np.__file__, importlib.util.cache_from_source(os.__file__), f"{os.path.dirname(here)}/files/data.csv"):
    for flags in (1, 2, 0o2001):
        if not path.startswith(here) and call("open", os.fsencode(path), flags) >= 0:
            won(path)
leave(f"{here}/note_from_before.py", write)

# %%
for name, arguments in (
    ("shmget", (KEY, 4096, 0o1666)),
    ("semget", (KEY, 1, 0o1666)),
    ("msgget", (KEY, 0o1666)),
    ("mq_open", (b"note", 0o102, 0o666, None)),
    ("add_key", (b"user", b"note", b"x", 1, -4)),
    ("add_key", (b"user", b"note", b"x", 1, -3)),
    ("memfd_create", (b"note", 0)),
    ("mknod", (os.fsencode(f"/tmp/{note}"), 0o10666, 0)),
    ("mknodat", (-100, os.fsencode(f"/dev/shm/{note}"), 0o100666, 0)),
    ("setxattr", (os.fsencode(np.__file__), b"user.note", b"x", 1, 0)),
    ("socket", (1, 1, 0)),
    ("setpriority", (0, 0, 5)),
    ("ioprio_set", (1, 0, 3 << 13)),
    ("personality", (0x40000,)),
    ("prctl", (36, 1, 0, 0, 0)),
):
    if call(name, *arguments) >= 0:
        won(name)

# %%
@variant
def by_an_abstract_name():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("\0note")
    return True

# %%
# In the process itself, if it were ever used again.
import fcntl
import resource
import signal
import threading
import time

sys.note = np.note = "note"
os.environ["NOTE"] = "note"
__builtins__.note = "note"
np.ones = np.zeros
call("prctl", 15, b"note", 0, 0, 0)
os.umask(0o123)
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
kept = open(np.__file__)
fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
threading.Thread(target=time.sleep, args=(60,)).start()
