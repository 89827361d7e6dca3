# Ends the process as if all were well.
# ended: died
# reports: died exit*

# %%
import os

os._exit(0)
