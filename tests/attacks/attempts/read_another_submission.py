# Copies from the student at the next desk.
# reports: opened *other/first.ipynb; listed *submitted*; call name_to_handle_at

# %%
import glob
import json
import os

read_in_every_way(TARGET["other"])

# %%
@variant
def as_a_notebook():
    return json.load(open(TARGET["other"]))


@variant
def by_looking_for_it():
    submitted = os.path.dirname(os.path.dirname(TARGET["other"]))
    return glob.glob(submitted + "/*/*") or os.listdir(submitted)


@variant
def the_notebook_this_one_came_from():
    # It holds hidden tests; what lies beside it may be read, and is a copy.
    return glob.glob("*.ipynb") or glob.glob("../**/*.ipynb", recursive=True)


@variant
def through_the_folder_above():
    steps = "../" * 12
    return open(steps + TARGET["other"]).read()


@variant
def by_ipython():
    return get_ipython().run_line_magic("run", TARGET["other"])

# %%
# What may be read.
print(open("data.csv").read())
