# Talks to processes of this machine: by a path, by an abstract name, without ever opening a socket for it.
# reports: call socket; call socketpair; call connect

# %%
import array
import ctypes
import os
import socket

doors = TARGET["sockets"]
paths = [doors["stream"], doors["datagram"], doors["abstract stream"], doors["abstract datagram"]]
paths += ["/dev/log", "/run/systemd/notify", "/run/systemd/journal/socket", "/run/systemd/journal/dev-log",
          "/run/dbus/system_bus_socket", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/tmp/.X11-unix/X0", "\0/tmp/.X11-unix/X0"]


def reached(socket_, path):
    found = []
    for way in (lambda: socket_.sendto(b"note", path), lambda: socket_.sendmsg([b"note"], [], 0, path), lambda: socket_.connect(path) or 1):
        try:
            if way():
                found.append(path)
        except OSError:
            continue
    return found

# %%
@variant
def plain():
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW)
    found = []
    for kind in kinds:
        try:
            opened = socket.socket(socket.AF_UNIX, kind)
        except OSError as error:
            print(error)
            continue
        found += [kind, [reached(opened, path) for path in paths]]
    return found


# One end of a pair sends where it is told to, if it sends datagrams.
@variant
def from_one_end_of_a_pair():
    found = []
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
        try:
            left, right = socket.socketpair(socket.AF_UNIX, kind)
        except OSError as error:
            print(kind, error)
            continue
        found += [other for path in paths for other in reached(left, path)]
        right.close()
        found += [other for path in paths for other in reached(left, path)]
    return found


@variant
def from_one_end_of_a_pair_raw():
    found = []
    for kind in (2, 3, 5, 1, 0x80002, 0x802, 0x80802):
        ends = (ctypes.c_int * 2)()
        if call("socketpair", 1, kind, 0, ends) < 0:
            continue
        for path in paths:
            address = b"\1\0" + path.encode()
            if call("sendto", ends[0], b"note", 4, 0, address, len(address)) >= 0 or call("connect", ends[0], address, len(address)) >= 0:
                found.append((kind, path))
    return found


@variant
def by_the_connection():
    found = []
    for path in paths:
        address = b"\1\0" + path.encode()
        found += [path for name in ("connect", "bind") if call(name, 3, address, len(address)) >= 0]
    return found


@variant
def by_a_name_of_its_own():
    for path in ("note", "\0note", "/tmp/attack-note"):
        try:
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(path)
            return path
        except OSError as error:
            print(error)


@variant
def by_handing_over_a_descriptor():
    left, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [3]))]
    return [path for path in paths if left.sendmsg([b"x"], rights, 0, path)]


@variant
def by_a_pipe_with_a_name():
    for folder in (TARGET["folder"], "/tmp", "/dev/shm"):
        for made in (call("mknod", os.fsencode(f"{folder}/{TARGET['note']}"), 0o10666, 0), call("mknod", os.fsencode(f"{folder}/s"), 0o140666, 0)):
            if made >= 0:
                return folder
