# Uses up all processor time there is, and ignores what is said about it.
# ended: time
# reports: limit cpu
# limits: wall=12.0, cpu=0.5

# %%
import resource
import signal
import threading

for number in (signal.SIGXCPU, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)
signal.setitimer(signal.ITIMER_REAL, 0)
_, hard = resource.getrlimit(resource.RLIMIT_CPU)
for limit in ((hard, hard), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)):
    try:
        resource.setrlimit(resource.RLIMIT_CPU, limit)
    except (ValueError, OSError) as error:
        print(error)


def burn():
    while True:
        pass


threading.Thread(target=burn, daemon=True).start()
burn()
