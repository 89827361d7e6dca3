# Ends the process as if something were broken.
# ended: died
# reports: died SIG*; call tgkill

# %%
import os

os.abort()
