# Ends the program from inside.
# reports: -

# Nothing is to be told: the cell ends and the notebook goes on, as it does in Jupyter.

# %%
import sys

sys.exit(0)

# %%
exit()

# %%
quit()

# %%
raise SystemExit("done")

# %%
raise KeyboardInterrupt

# %%
raise GeneratorExit

# %%
import _thread

_thread.interrupt_main()
_thread.exit()

# %%
import atexit
import threading

atexit.register(lambda: 1 / 0)
threading.Thread(target=sys.exit).start()
get_ipython().ask_exit()
get_ipython().exit_now = True

# %%
print("still here")
