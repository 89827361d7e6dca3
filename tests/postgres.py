"""A PostgreSQL server of a test's own, on 127.0.0.1, stopped by its process id."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
# PostgreSQL refuses to run as root; Debian's package makes this user.
AS = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"] if os.geteuid() == 0 else []


def missing() -> str:
    """Why there can be no server here; "" when there can."""
    if BIN is None or not (BIN / "initdb").exists():
        return "PostgreSQL is not installed (Debian: postgresql)"
    return "" if not AS or shutil.which(AS[0]) else "setpriv is not installed (Debian: util-linux)"


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The server's address as SQLAlchemy writes it, without a database."""
    assert BIN is not None
    folder = Path(tempfile.mkdtemp(prefix="gradmark-postgres-"))
    data = folder / "data"
    if AS:
        shutil.chown(folder, "postgres", "postgres")
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = None
    try:
        made = [*AS, str(BIN / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, env=environment)
        options = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*AS, str(BIN / "postgres"), "-D", str(data), *options],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + 60
        while subprocess.run(
            [str(BIN / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-q"], check=False
        ).returncode:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
    finally:
        if process is not None:
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
