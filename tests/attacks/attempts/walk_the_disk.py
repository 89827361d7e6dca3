# Looks everywhere for tests, marks, notebooks, the course, the grader and packages that do the exercises.
# reports: listed /; listed /tmp; listed /root
# limits: cell=8, cpu=10, wall=12

# %%
import os
import sys

import numpy

WANTED = ("gradebook.db", "expected.py", "first.ipynb", "judge.py", "key.py", "test_judge.py", "libtorch_cpu.so", "shadow")
places = ["/", "/tmp", "/root", "/home", "/etc", "/proc", "/sys", "/work", "/var", "/srv", "/mnt", "/dev/shm"]
places += [TARGET["folder"], "..", "../..", os.path.dirname(os.path.dirname(numpy.__file__))]
places += [part for part in sys.path if part]

LIBRARIES = tuple({os.path.dirname(os.__file__), os.path.dirname(os.path.dirname(numpy.__file__))})


def is_hidden(path):
    """Whether a path leads into a package that notebooks are run without."""
    return {"torch", "torchgen", "functorch", "grader", "nbgrader", "reference"} & set(path.split("/"))

# %%
@variant
def from_the_root():
    found = []
    for here, folders, names in os.walk("/"):
        found += [os.path.join(here, name) for name in names]
    return found


@variant
def from_each_place():
    found = []
    for place in places:
        for here, folders, names in os.walk(place):
            found += [os.path.join(here, name) for name in names if name in WANTED or name.endswith(".ipynb")]
    # Where Python looks for modules names may be seen, since it must list them; what is hidden cannot be opened.
    return [
        path for path in found
        if not path.startswith(LIBRARIES) or (is_hidden(path) and call("open", os.fsencode(path), 0) >= 0)
    ]


@variant
def raw():
    found = []
    for place in places:
        if os.path.abspath(place).startswith(LIBRARIES):
            continue
        descriptor = call("open", os.fsencode(place), 0o200000)
        if descriptor >= 0 and os.path.abspath(place) not in (os.getcwd(), os.path.abspath(sys.prefix)):
            buffer = b" " * 32768
            got = call("getdents64", descriptor, buffer, len(buffer))
            if got > 0 and any(name.encode() in buffer[:got] for name in (*WANTED, "torch", "etc", "course", "bash")):
                found.append(place)
    return found


@variant
def by_guessing():
    # Whether a file is there can be found out; what stands in it cannot.
    found = []
    folders = [*places, os.path.dirname(TARGET["gradebook"]), TARGET["reference"]]
    for place in folders:
        for name in (*WANTED, "torch/__init__.py", "torch/version.py", "grader/judge.py", "nbgrader/__init__.py", ".bash_history"):
            if read_raw(call("open", os.fsencode(os.path.join(place, name)), 0)):
                found.append(os.path.join(place, name))
    return found


@variant
def where_this_notebooks_own_machinery_lies():
    frame, found = sys._getframe(), []
    while frame is not None:
        path = os.fsencode(frame.f_code.co_filename)
        if b"grader" in path and read_raw(call("open", path, 0)):
            found.append(path)
        frame = frame.f_back
    return found
