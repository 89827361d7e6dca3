# Leaves a process behind that goes on when the notebook is over.
# reports: call clone; call fork; call vfork

# %%
import multiprocessing
import os
import subprocess
import sys
import threading
import time


def live_on():
    os.setsid()
    if os.fork():
        os._exit(0)
    time.sleep(30)
    os._exit(0)

# %%
@variant
def by_fork():
    child = os.fork()
    if child == 0:
        live_on()
    return child


@variant
def by_a_terminal():
    child, _ = os.forkpty()
    if child == 0:
        live_on()
    return child


@variant
def raw():
    SIGCHLD, CLONE_PARENT = 17, 0x8000
    found = []
    for name, arguments in (
        ("fork", ()),
        ("vfork", ()),
        ("clone", (SIGCHLD, 0, 0, 0, 0)),
        ("clone", (SIGCHLD | CLONE_PARENT, 0, 0, 0, 0)),
        ("clone", (0, 0, 0, 0, 0)),
        ("clone3", ((SIGCHLD).to_bytes(40, "little")[::-1] + bytes(48), 88)),
    ):
        child = call(name, *arguments)
        if child == 0:
            call("setsid")
            time.sleep(30)
            call("exit_group", 0)
        if child > 0:
            found.append((name, child))
    return found


@variant
def by_a_program():
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], start_new_session=True)


@variant
def by_spawning():
    return os.posix_spawn("/bin/sleep", ["sleep", "30"], {})


@variant
def by_multiprocessing():
    found = []
    for method in ("fork", "spawn", "forkserver"):
        try:
            process = multiprocessing.get_context(method).Process(target=time.sleep, args=(30,), daemon=True)
            process.start()
            found.append(process)
        except OSError as error:
            print(error)
    return found


@variant
def by_a_session_of_its_own():
    return call("setsid") > 0 or call("setpgid", 0, 0) >= 0

# %%
# What is left is a thread, and a thread goes with its process.
threading.Thread(target=time.sleep, args=(30,)).start()
