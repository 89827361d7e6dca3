# Never ends, and does not hear the clock.
# ended: time
# reports: limit wall
# limits: wall=1.0, cell=0.3

# %%
import signal
import time

signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
call("alarm", 0)
while True:
    time.sleep(0.01)
