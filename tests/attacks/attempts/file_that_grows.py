# Writes a file that grows, shrinks and becomes a pipe while it is read.
# levels: separate
# ended: "", time, died
# reports: -
# limits: wall=3.0

# How it ends depends on what the file is when it is read; no more of it is taken than there is room for.

# %%
import os
import threading

def grow():
    while True:
        try:
            with open("growing", "ab") as file:
                file.write(bytes(2**20))
            os.truncate("growing", 2**23)
            os.replace("growing", "grown")
            os.truncate("grown", 1)
            os.symlink("/dev/zero", "growing")
            os.remove("growing")
        except OSError:
            pass


threading.Thread(target=grow, daemon=True).start()
