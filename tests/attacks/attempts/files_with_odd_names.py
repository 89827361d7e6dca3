# Writes files whose names mean something where they are put: the gradebook, the notebook, public cases, links, pipes.
# reports: opened *gradebook.db*

# %%
import os

NAMES = [
    "../../gradebook.db", "../../../gradebook.db", TARGET["gradebook"], "/tmp/" + TARGET["note"], TARGET["note"] + ".db",
    "first.ipynb", "FIRST.IPYNB", "public_cases.json", "timestamp.txt", ".hidden", "..", "a/../../b", "CON", "x" * 255,
    "a\nb", "a\x1b[31mb", "a\x00b", b"\xff\xfe", "\u202egpj.exe", "page.html", "<b>.txt", "-rf", "~", "$(id)", "é" * 100,
]
for name in NAMES:
    try:
        with open(name, "wb") as file:
            file.write(b"x")
    except (OSError, ValueError) as error:
        print(type(error).__name__)
try:
    os.mkdir("folder.ipynb")
    open("folder.ipynb/file", "w").write("x")
    os.symlink("/etc/passwd", "link")
    os.symlink(TARGET["folder"], "linked")
    os.symlink("self", "self")
    os.link("first.ipynb", "hard")
    os.makedirs("/".join(["d" * 100] * 20))
    os.mkfifo("pipe")
except OSError as error:
    print(error)
try:
    os.mknod("device", 0o20666, os.makedev(1, 5))
except OSError as error:
    print(error)
