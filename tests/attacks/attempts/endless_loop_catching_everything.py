# Never ends: what the clock raises is caught, every time.
# ended: time
# reports: limit wall
# limits: wall=1.0, cell=0.3

# %%
import time

while True:
    try:
        while True:
            time.sleep(0.01)
    except BaseException:
        continue
