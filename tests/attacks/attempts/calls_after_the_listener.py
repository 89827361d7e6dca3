# Makes so many refused calls that the grader listens no more, then tries in earnest.
# points: 3
# reports: call kill

# %%
import os
import socket
from grader import check


def double(x):
    return 2 * x


for _ in range(3000):
    try:
        os.kill(TARGET["parent"], 0)
    except OSError:
        pass
for attack in (
    lambda: os.kill(TARGET["parent"], 9),
    lambda: os.fork(),
    lambda: socket.socket(),
    lambda: os.execv("/bin/sh", ["sh"]),
):
    try:
        print("done", attack())
        raise SystemExit("it worked")
    except OSError as error:
        print(error)


# %%
check("double")
