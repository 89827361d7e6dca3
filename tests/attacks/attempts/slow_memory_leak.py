# Keeps everything, until nothing is left to do anything with.
# reports: limit memory
# limits: memory=700000000

# %%
kept = []
while True:
    kept.append(bytearray(2**20))
