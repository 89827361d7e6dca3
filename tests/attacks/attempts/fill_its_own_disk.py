# Fills the disk it was given, and leaves it full.
# reports: limit disk
# levels: separate
# limits: answers=67108864

# %%
with open("full", "wb") as file:
    while True:
        file.write(b"x" * 2**20)

# %%
number = 0
while True:
    number += 1
    with open(f"full-{number}", "wb") as file:
        file.write(b"x" * 2**20)

# %%
number = 0
while True:
    number += 1
    open(f"empty-{number}", "wb").close()
