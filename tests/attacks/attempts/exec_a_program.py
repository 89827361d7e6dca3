# Starts programs: its own, the system's, ones that exist in memory only, and through the loader.
# reports: call execve; call execveat; call memfd_create; call clone

# %%
import ctypes
import os
import subprocess
import sys

PROGRAMS = ("/bin/sh", "/bin/true", "/usr/bin/env", sys.executable, "/usr/bin/python3", "/lib64/ld-linux-x86-64.so.2", "/proc/self/exe")
SCRIPT = "#!/bin/sh\nexit 0\n"

# %%
@variant
def in_its_place():
    for program in PROGRAMS:
        for arguments in ([program, "-c", ""], [program, "/bin/true"]):
            try:
                os.execv(program, arguments)
            except OSError as error:
                print(program, error)


@variant
def in_its_place_raw():
    for program in PROGRAMS:
        empty = (ctypes.c_char_p * 2)(program.encode(), None)
        # 0x1000: AT_EMPTY_PATH, of an open file
        call("execve", program.encode(), empty, None)
        call("execveat", -100, program.encode(), empty, None, 0)
        call("execveat", call("open", program.encode(), 0o10000000), b"", empty, None, 0x1000)
    LIBC.execl(b"/bin/true", b"true", None)
    LIBC.execvp(b"true", (ctypes.c_char_p * 2)(b"true", None))


@variant
def by_the_loader():
    os.execve("/lib64/ld-linux-x86-64.so.2", ["ld.so", sys.executable, "-c", "pass"], {})
    return True


@variant
def from_memory():
    descriptor = call("memfd_create", b"program", 0)
    if descriptor >= 0:
        os.write(descriptor, SCRIPT.encode())
        os.execve(descriptor, ["program"], {})
    return descriptor >= 0


@variant
def of_its_own_making():
    with open("program", "w") as file:
        file.write(SCRIPT)
    call("chmod", b"program", 0o755)
    return subprocess.run(["./program"]).returncode == 0


@variant
def from_a_file_that_is_open():
    os.execve(os.open(sys.executable, os.O_RDONLY), ["python", "-c", ""], {})
    return True

# %%
for start in (
    lambda: subprocess.run(["/bin/true"], check=True),
    lambda: subprocess.run("true", shell=True, check=True),
    lambda: subprocess.run(["/bin/true"], check=True, close_fds=False),
    lambda: subprocess.run(["/bin/true"], check=True, preexec_fn=lambda: None),
    lambda: subprocess.run(["true"], check=True, executable=sys.executable, start_new_session=True),
    lambda: os.posix_spawn("/bin/true", ["true"], {}),
    lambda: os.posix_spawnp("true", ["true"], os.environ),
    lambda: os.spawnv(os.P_WAIT, "/bin/true", ["true"]) == 0,
    lambda: os.popen("echo x").read(),
    lambda: os.system("true") == 0,
    lambda: LIBC.system(b"exit 0") == 0,
    lambda: LIBC.popen(b"true", b"r"),
):
    variant(start)

# %%
# What Jupyter has for it.
!true
%sx true
get_ipython().system_raw("true")
os.environ["EDITOR"] = "true"
%edit

# %%
@variant
def as_a_library():
    # A program is a library, too, if it can be read.
    return [program for program in PROGRAMS[:5] if call("open", program.encode(), 0) >= 0 and ctypes.CDLL(program)]


@variant
def by_the_kernel_on_its_behalf():
    # Nothing is written, should one of them open: the machine would go on with it.
    paths = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/sys/kernel/uevent_helper", "/proc/sys/fs/binfmt_misc/register")
    return [path for path in paths if call("open", path.encode(), 1) >= 0]
