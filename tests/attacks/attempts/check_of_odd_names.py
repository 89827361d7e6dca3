# Checks what is no name: numbers, functions, classes whose text changes, names of cases, ten thousand letters.
# points: 3
# reports: -

# Nothing is to be told: every check but the one that counts is passed over.

# %%
from grader import check


class Name(str):
    def __str__(self):
        return "double"

    def __hash__(self):
        return 0

    def __eq__(self, other):
        return True


class Failing:
    def __str__(self):
        raise ValueError


def double(x):
    return 2 * x


globals()["values/public/0"] = globals()["far from zero"] = lambda x: x
for name in (3, None, double, [double], b"double", "values/public/0", "x" * 10_000, "\udcff", "double\x00", {1}, Name("x")):
    check(name)
for name in (Failing(),):
    try:
        check(name)
    except ValueError:
        pass


# %%
check("double")
