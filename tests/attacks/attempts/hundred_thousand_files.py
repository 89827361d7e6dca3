# Writes files until there is no room for another name.
# levels: separate
# reports: limit disk
# limits: cell=5, cpu=6, wall=10

# %%
for number in range(100_000):
    open(str(number), "w").close()
