# Reads the gradebook by its path, as a file and as a database.
# reports: opened *gradebook.db; call name_to_handle_at

# %%
import sqlite3

read_in_every_way(TARGET["gradebook"])

# %%
@variant
def as_a_database():
    return sqlite3.connect(TARGET["gradebook"]).execute("select * from grade").fetchall()


@variant
def as_a_database_nobody_changes():
    address = f"file:{TARGET['gradebook']}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True).execute("select * from grade").fetchall()


@variant
def attached_to_another():
    database = sqlite3.connect(":memory:")
    database.execute("attach ? as book", (TARGET["gradebook"],))
    return database.execute("select * from book.grade").fetchall()

# %%
print(open(TARGET["gradebook"], "rb").read())
