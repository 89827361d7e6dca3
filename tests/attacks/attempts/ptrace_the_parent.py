# Attaches to the grader's processes as a debugger does.
# reports: call ptrace; call pidfd_open; call kcmp

# %%
import ctypes
import os

processes = (TARGET["parent"], TARGET["zygote"], os.getppid(), 1)

# %%
@variant
def seize():
    # PTRACE_SEIZE does not stop it, and then PTRACE_INTERRUPT would.
    return [process for process in processes if process and call("ptrace", 0x4206, process, 0, 0) >= 0]


@variant
def attach():
    return [process for process in processes if process and call("ptrace", 16, process, 0, 0) >= 0]


@variant
def be_traced():
    return call("ptrace", 0, 0, 0, 0) >= 0


@variant
def by_the_c_library():
    LIBC.ptrace.restype = ctypes.c_long
    return LIBC.ptrace(1, TARGET["parent"], ctypes.c_void_p(TARGET["address"]), None) not in (-1, 0)


@variant
def by_a_descriptor_of_the_process():
    found = []
    for process in processes:
        descriptor = call("pidfd_open", process, 0)
        if descriptor >= 0:
            found.append(process)
            found += [number for number in range(16) if call("pidfd_getfd", descriptor, number, 0) >= 0]
    return found


@variant
def by_the_descriptor_the_connection_gives():
    # SO_PEERPIDFD: whoever is at the other end of it.
    pidfd, length = ctypes.c_int(-1), ctypes.c_uint(4)
    if call("getsockopt", 3, 1, 77, ctypes.byref(pidfd), ctypes.byref(length)) < 0:
        return False
    found = [number for number in range(16) if call("pidfd_getfd", pidfd.value, number, 0) >= 0]
    # CLONE_NEWNS | CLONE_NEWUSER and so on, all at once
    return found or call("setns", pidfd.value, 0x7E020000) >= 0


@variant
def by_comparing():
    return [kind for kind in range(8) if call("kcmp", os.getpid(), TARGET["parent"], kind, 0, 0) >= 0]


@variant
def let_it_be_traced():
    # PR_SET_PTRACER, PR_SET_DUMPABLE
    return [option for option in (0x59616D61, 4) if call("prctl", option, 1, 0, 0, 0) >= 0]
