# Reads the connection itself, so that the grader and the notebook wait for each other.
# ended: time
# reports: limit wall
# limits: wall=0.5, cell=5

# %%
import os

while True:
    os.read(3, 1)
