# Never comes back from C, where no signal handler of Python's is run.
# ended: time
# reports: limit wall
# limits: wall=1.0, cell=0.3

# %%
import collections
import itertools

collections.deque(itertools.repeat(0), maxlen=0)
