# Raises exceptions that cannot be looked at.
# reports: -

# Nothing is to be told: it is an exception like any other.

# %%
from grader import check


def fail(*args):
    raise Odd


class Kind(type):
    __name__ = property(fail)
    __mro__ = property(fail)
    __getattribute__ = fail
    __instancecheck__ = __subclasscheck__ = fail


class Odd(Exception):
    __str__ = __repr__ = __format__ = __getattribute__ = fail


class Odder(Exception, metaclass=Kind):
    __str__ = __repr__ = lambda self: 3
    args = property(fail)
    __cause__ = __context__ = __traceback__ = property(fail)


class Loud(BaseException):
    def __str__(self):
        raise SystemExit


class Long(Exception):
    def __str__(self):
        return "\x1b[2J<script>" + 10**7 * "x"


kinds = [Odd, Odder, Loud, Long]
calls = []


def double(x):
    calls.append(x)
    raise kinds[len(calls) % 4]

# %%
raise Odd
# %%
raise Odder
# %%
raise Loud
# %%
raise Long

# %%
check("double")
