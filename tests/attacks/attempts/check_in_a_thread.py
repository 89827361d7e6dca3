# Checks from threads, from a class body, and from a method while the cell itself is being checked.
# ended: "", damaged, time, died
# reports: -
# limits: wall=2.0

# How it ends depends on who reads which half of a message.

# %%
import threading
from grader import check


def double(x):
    return x


class Body:
    check("double")

# %%
for _ in range(5):
    threading.Thread(target=check, args=["double"], daemon=True).start()
check("double")
