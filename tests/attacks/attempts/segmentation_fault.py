# Reads what is nowhere, after asking not to be bothered with it.
# ended: died
# reports: died SIGSEGV

# %%
import ctypes
import signal

for number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
ctypes.string_at(0)
