# Fills whatever can be filled, until nobody can write any more.
# reports: call memfd_create; opened /dev/shm/*; opened /tmp/*
# limits: cell=8, cpu=10, wall=12

# %%
import os
import tempfile

TOO_MUCH, TOO_MANY = 40 * 2**20, 10000
here = os.getcwd()
PLACES = (here, "/dev/shm", "/tmp", "/var/tmp", "/run", "/run/lock", "/root", os.path.dirname(here), TARGET["folder"], "/")


def fill(path):
    """Writes to one file until it is refused; how much was written."""
    written = 0
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        while written < TOO_MUCH:
            written += os.write(descriptor, b"x" * 2**20)
    except OSError as error:
        print(path, written, error)
    finally:
        os.close(descriptor)
    return written

# %%
for place in PLACES:
    @variant
    def one_file():
        path = f"{place}/{TARGET['note']}"
        try:
            return fill(path) >= TOO_MUCH
        finally:
            os.unlink(path)


@variant
def many_files():
    written, number = 0, 0
    try:
        for number in range(TOO_MANY):
            written += fill(f"{TARGET['note']}-{number}")
            if written >= TOO_MUCH:
                return written
    finally:
        for other in range(number):
            os.unlink(f"{TARGET['note']}-{other}")


@variant
def empty_files():
    number = 0
    try:
        for number in range(TOO_MANY):
            os.close(os.open(f"{TARGET['note']}-{number}", os.O_CREAT | os.O_WRONLY))
        return number
    finally:
        for other in range(number):
            os.unlink(f"{TARGET['note']}-{other}")


@variant
def folders():
    for number in range(TOO_MANY):
        os.mkdir(f"folder-{number}")
    return True


@variant
def files_without_a_name():
    # O_TMPFILE: nothing to see, and nothing to remove
    kept = [call("open", os.fsencode(place), 0o20200002, 0o600) for place in PLACES]
    return sum(os.write(file, bytes(2**20)) for file in kept for _ in range(64) if file >= 0) >= TOO_MUCH


@variant
def files_that_were_removed():
    written = 0
    for number in range(100):
        file = tempfile.TemporaryFile()
        os.set_inheritable(file.fileno(), True)
        written += os.write(os.dup(file.fileno()), bytes(2**20))
    return written >= TOO_MUCH


@variant
def one_that_is_all_holes():
    descriptor = os.open("holes", os.O_CREAT | os.O_RDWR, 0o600)
    for length in (2**40, 2**34, 2**30):
        try:
            os.ftruncate(descriptor, length)
            return length
        except OSError as error:
            print(error)


@variant
def room_asked_for_in_advance():
    descriptor = os.open("room", os.O_CREAT | os.O_RDWR, 0o600)
    # keeping its size, so that no limit on sizes says anything
    return [length for length in (2**34, 2**30, 2**26) if call("fallocate", descriptor, 1, 0, length) >= 0]


@variant
def memory_that_is_a_file():
    return call("memfd_create", b"note", 0) >= 0 or call("memfd_secret", 0) >= 0


@variant
def memory_others_share():
    return call("shmget", 0x6E6F7465, 2**26, 0o1666) >= 0


@variant
def messages_nobody_reads():
    import socket

    written, kept = 0, []
    try:
        while written < 2 * TOO_MUCH:
            left, right = socket.socketpair()
            kept.append((left, right))
            left.setblocking(False)
            try:
                while True:
                    written += left.send(bytes(2**16))
            except BlockingIOError:
                continue
    except OSError as error:
        print(written, error)
    return written >= 2 * TOO_MUCH


@variant
def swap_and_quota():
    return [name for name in ("swapon", "quotactl", "sync", "syncfs", "sync_file_range") if call(name, 0, 0, 0, 0) >= 0]
