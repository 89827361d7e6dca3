# Reads the gradebook through links and folders that lie elsewhere, and through descriptors somebody forgot to close.
# reports: linked *gradebook.db; opened /proc/*

# %%
import os
import stat

book = TARGET["gradebook"]
raw = os.fsencode(book)

# %%
@variant
def by_a_symbolic_link():
    os.symlink(book, "link")
    return open("link", "rb").read()


@variant
def by_a_link_to_its_folder():
    os.symlink(TARGET["folder"], "folder")
    return open("folder/gradebook.db", "rb").read() or os.listdir("folder")


@variant
def by_a_link_raw():
    call("symlinkat", raw, -100, b"link2")
    return read_raw(call("open", b"link2", 0))


@variant
def by_a_hard_link():
    os.link(book, "hard")
    return open("hard", "rb").read()


@variant
def by_a_hard_link_raw():
    descriptor = call("open", raw, 0o10000000)
    # AT_EMPTY_PATH, AT_SYMLINK_FOLLOW
    call("linkat", descriptor, b"", -100, b"hard2", 0x1000)
    call("linkat", -100, b"/proc/self/fd/%d" % descriptor, -100, b"hard3", 0x400)
    call("close", descriptor)
    return read_raw(call("open", b"hard2", 0)) or read_raw(call("open", b"hard3", 0))


@variant
def by_the_root_of_a_process():
    for process in ("self", "thread-self", str(TARGET["parent"]), str(TARGET["zygote"]), "1"):
        for root in ("root", "cwd"):
            try:
                return open(f"/proc/{process}/{root}{book}", "rb").read()
            except OSError as error:
                print(error.strerror, end=" ")


@variant
def by_the_root_of_a_process_raw():
    for process in (b"self", b"%d" % TARGET["parent"], b"%d" % TARGET["zygote"], b"1"):
        for root in (b"root", b"cwd"):
            if got := read_raw(call("open", b"/proc/%s/%s%s" % (process, root, raw), 0)):
                return got


@variant
def from_a_folder_gone_up():
    os.chdir("/")
    for _ in range(40):
        os.chdir("..")
    return open(book.lstrip("/"), "rb").read()

# %%
# Descriptors: what is open, and what can be reached from it.
@variant
def by_what_is_open():
    found = []
    for descriptor in range(4096):
        try:
            state = os.fstat(descriptor)
        except OSError:
            continue
        kind = stat.S_IFMT(state.st_mode)
        # The null device three times, the connection, and the pipes of the notebook's own.
        if kind not in (stat.S_IFCHR, stat.S_IFSOCK, stat.S_IFIFO):
            found.append((descriptor, oct(state.st_mode)))
        for name in (raw, raw.lstrip(b"/"), b"../" * 20 + raw.lstrip(b"/")):
            other = call("openat", descriptor, name, 0)
            if other >= 0:
                found.append((descriptor, read_raw(other)))
        if call("fchdir", descriptor) >= 0:
            found.append((descriptor, "a folder"))
    return found


@variant
def by_their_names():
    for folder in ("/dev/fd", "/proc/self/fd", f"/proc/{TARGET['parent']}/fd", f"/proc/{TARGET['zygote']}/fd"):
        try:
            return os.listdir(folder)
        except OSError as error:
            print(error)


@variant
def by_names_beneath():
    for descriptor in range(64):
        for folder in (b"/dev/fd/%d", b"/proc/self/fd/%d", b"/proc/%d/fd/%%d" % TARGET["parent"]):
            if got := read_raw(call("open", folder % descriptor, 0)):
                return got


@variant
def by_asking_the_connection_for_one():
    import socket

    # Nobody sends a descriptor, but somebody might.
    _, descriptors, _, _ = socket.socket(fileno=os.dup(3)).recvmsg(1, 1024, socket.MSG_DONTWAIT | socket.MSG_PEEK)
    return descriptors
