# A thread goes on after the check, changing names, generators, the environment and NumPy's settings, and printing.
# points: 3
# reports: -

# Nothing is to be told: the function is judged as it was, and the process ends with the notebook.

# %%
import builtins
import os
import random
import threading
import time
import numpy as np
from grader import check


def double(x):
    time.sleep(0.02)
    return factor * x


factor = 2
stop = False


def meddle():
    while not stop:
        time.sleep(0.001)
        random.seed(1)
        np.random.seed(1)
        os.environ["OMP_NUM_THREADS"] = "0"
        np.seterr(all="raise")
        print("attack-note")
        if checked:
            globals().update(factor=0, double=None, check=None)


checked = False
threading.Thread(target=meddle, daemon=True).start()


# %%
check("double")

# %%
checked = True
time.sleep(0.1)
