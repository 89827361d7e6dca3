# Checks a name of fifty megabytes.
# ended: answers
# reports: limit answers

# %%
from grader import check

check("x" * (5 * 10**7))
