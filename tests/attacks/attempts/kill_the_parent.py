# Kills the process that grades the class.
# reports: call kill

# %%
import os
import signal

for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP):
    try:
        os.kill(TARGET["parent"], number)
    except OSError as error:
        print(error)
