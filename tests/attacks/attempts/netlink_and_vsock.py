# Opens every family of sockets the kernel may know: each a piece of it seldom looked at.
# reports: call socket; call socketpair

# %%
import socket

KINDS = (1, 2, 3, 4, 5, 10)

# %%
@variant
def of_every_family():
    return [(family, kind) for family in range(48) for kind in KINDS if call("socket", family, kind, 0) >= 0]


@variant
def netlink():
    # NETLINK_ROUTE, SOCK_DIAG, AUDIT, NETFILTER, KOBJECT_UEVENT, GENERIC, CRYPTO
    return [kind for kind in (0, 4, 9, 12, 15, 16, 21) if call("socket", 16, 3, kind) >= 0]


@variant
def vsock():
    connection = socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    connection.connect((2, 1))
    return True


@variant
def packets():
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x300)


@variant
def the_kernels_ciphers():
    algorithm = socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
    algorithm.bind(("hash", "sha256"))
    return True


@variant
def in_pairs():
    # AF_UNIX alone may, and of streams only; AF_TIPC could, too.
    return [(family, kind) for family in range(48) for kind in KINDS if (family, kind) != (1, 1) and call("socketpair", family, kind, 0, bytes(8)) >= 0]


@variant
def other_ways_in():
    found = [("io_uring", call("io_uring_setup", 8, bytes(120))), ("inotify", call("inotify_init1", 0))]
    found += [("fanotify", call("fanotify_init", 0, 0)), ("signalfd", call("signalfd4", -1, bytes(8), 8, 0)), ("timerfd", call("timerfd_create", 0, 0))]
    return [(name, got) for name, got in found if got >= 0]
