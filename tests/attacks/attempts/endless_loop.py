# Never ends.
# reports: limit cell
# limits: cell=0.5

# %%
while True:
    pass

# %%
# Nor where nothing can be told between two steps of Python.
def on(x):
    try:
        return on
    finally:
        while True:
            x += 1

on(0)

# %%
async def wait():
    while True:
        pass

await wait()
