# Ends its first thread only; another one keeps the process and its connection, and says nothing.
# ended: time
# reports: limit wall
# limits: wall=0.5

# %%
import threading
import time

threading.Thread(target=time.sleep, args=(30,)).start()
call("exit", 0)
