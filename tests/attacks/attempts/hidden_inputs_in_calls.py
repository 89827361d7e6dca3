# Does the work, and tells hidden inputs by the numbers of system calls that are refused.
# points: 3
# reports: hidden hidden

# That calls were refused may be told, but neither which nor how often: the page is the student's to read.

# %%
import ctypes
from grader import check

system = ctypes.CDLL(None).syscall
calls = []


def double(x):
    calls.append(x)
    if len(calls) > 2:
        for value in x.ravel().tolist():
            system(int(abs(value)))
            system(int(2 * abs(value)))
    return 2 * x


# %%
check("double")
