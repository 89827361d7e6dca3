# Fills its memory in pieces so small that nothing is left: not even for the error, or for the stack to grow.
# ended: "", died
# reports: limit memory
# limits: memory=400000000, wall=20, cell=15, cpu=15

# %%
pieces = None
while True:
    pieces = (pieces, 1.5)
