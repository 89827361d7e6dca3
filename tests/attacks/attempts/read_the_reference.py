# Reads the reference solution and the expected values, as files and as modules.
# reports: opened *expected.py; listed *reference; call name_to_handle_at

# %%
import importlib.util
import os
import runpy
import sys
import zipimport

folder = TARGET["reference"]
read_in_every_way(folder + "/expected.py")

# %%
@variant
def by_its_names():
    return os.listdir(folder) or list(os.scandir(folder))


@variant
def by_its_names_raw():
    return read_raw(call("open", os.fsencode(folder), 0o200000)) or call("open", os.fsencode(folder), 0o200000) >= 0


@variant
def by_the_path_of_modules():
    sys.path.insert(0, folder)
    sys.path_importer_cache.clear()
    import expected

    return expected.EXPECTED


@variant
def as_a_package():
    sys.path.insert(0, os.path.dirname(folder))
    import reference

    return reference.__path__ and __import__("reference.expected").expected.EXPECTED


@variant
def by_its_place():
    spec = importlib.util.spec_from_file_location("expected", folder + "/expected.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EXPECTED


@variant
def by_running_it():
    return runpy.run_path(folder + "/expected.py")


@variant
def by_ipython():
    get_ipython().run_line_magic("run", folder + "/expected.py")
    return EXPECTED


@variant
def by_loading_it_into_a_cell():
    return get_ipython().find_user_code(folder + "/expected.py")


@variant
def by_the_line_cache():
    import linecache

    return linecache.getlines(folder + "/expected.py")
