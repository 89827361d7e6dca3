# Imports what would do the exercise: torch and its like, by every way past the hidden names.
# reports: imported torch; opened *torch*
# limits: cell=8, cpu=10, wall=12

# %%
import ctypes
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import zipimport

import numpy

NAMES = ("torch", "torchgen", "functorch", "triton", "jax", "tensorflow", "torchvision", "einops", "reference", "nbgrader")
packages = os.path.dirname(os.path.dirname(numpy.__file__))
folders = [packages, "/usr/lib/python3/dist-packages", "/usr/local/lib/python3/dist-packages", *[part for part in sys.path if part]]


def does_something(module):
    return getattr(module, "__file__", None) and vars(module).keys() & {"tensor", "Tensor", "jit", "COURSE", "numpy", "__version__"}

# %%
for name in NAMES:
    @variant
    def by_import():
        return does_something(__import__(name))

    @variant
    def by_importlib():
        return does_something(importlib.import_module(name))

    @variant
    def after_forgetting_what_hides_it():
        before, sys.meta_path[:] = list(sys.meta_path), [finder for finder in sys.meta_path if isinstance(finder, type)]
        try:
            importlib.invalidate_caches()
            return does_something(importlib.import_module(name))
        finally:
            sys.meta_path[:] = before

    @variant
    def by_the_finder():
        for folder in folders:
            spec = importlib.machinery.PathFinder.find_spec(name, [folder])
            if spec is not None and spec.loader is not None:
                return does_something(importlib.util.module_from_spec(spec)) or spec.loader.get_data(spec.origin)

    @variant
    def by_its_place():
        for folder in folders:
            spec = importlib.util.spec_from_file_location(name, f"{folder}/{name}/__init__.py", submodule_search_locations=[f"{folder}/{name}"])
            module = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(module)
                return does_something(module)
            except OSError as error:
                print(error.strerror, end=" ")

    @variant
    def under_another_name():
        os.symlink(f"{packages}/{name}", f"my{name}")
        return does_something(importlib.import_module(f"my{name}"))

    @variant
    def by_a_folder_gone_into():
        here = os.getcwd()
        try:
            os.chdir(f"{packages}/{name}")
            return open("__init__.py").read() or os.listdir()
        finally:
            os.chdir(here)

    @variant
    def what_is_loaded_already():
        return does_something(sys.modules[name]) if name in sys.modules else False

    @variant
    def what_is_loaded_of_it():
        return [other for other in sys.modules if other.startswith(f"{name}.")]

# %%
read_in_every_way(f"{packages}/torch/__init__.py")

# %%
@variant
def as_libraries():
    loaded = []
    for folder in folders:
        for name in ("torch/lib/libtorch_cpu.so", "torch/lib/libc10.so", "torch/_C.cpython-311-x86_64-linux-gnu.so", "torch/lib/libtorch.so"):
            for load in (ctypes.CDLL, ctypes.cdll.LoadLibrary, lambda path: importlib.machinery.ExtensionFileLoader("torch._C", path).create_module(
                importlib.util.spec_from_file_location("torch._C", path))):
                try:
                    loaded.append(load(f"{folder}/{name}"))
                except (OSError, ImportError):
                    continue
    return loaded


@variant
def from_an_archive():
    return zipimport.zipimporter(f"{packages}/torch.zip")


@variant
def pieces_of_it():
    return [name for name in ("torch.nn", "torch.nn.functional", "torch._C", "torch.version") if does_something(importlib.import_module(name))]


# That it is there may be seen; what is in it may not.
@variant
def any_file_of_it():
    found = []
    for name in NAMES:
        for here, _, files in os.walk(f"{packages}/{name}"):
            found += [path for file in files if call("open", os.fsencode(path := os.path.join(here, file)), 0) >= 0]
            if len(found) > 3 or len(here.split("/")) > 12:
                return found
    return found


# The grader's own modules would say what is asked and how it is judged.
@variant
def the_grader():
    found = []
    for name in ("judge", "key", "exercise", "oracle", "sandbox.child", "grade"):
        for forget in (False, True):
            if forget:
                sys.modules.pop("grader", None)
                importlib.invalidate_caches()
            try:
                found.append(importlib.import_module(f"grader.{name}"))
            except ImportError as error:
                print(error)
    return found

# %%
import torch
