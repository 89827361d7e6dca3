"""Run nbgrader's own tests of autograde with our preprocessors in place of Execute and SaveAutoGrades.

They run as they are shipped in nbgrader's package, in a process of their own: they know nothing of this project, and
a configuration directory is all that tells nbgrader about it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = """\
c = get_config()
from grader.nbgrader_plugin import grading_settings, page_settings
grading_settings(c)
page_settings(c)
"""
TESTS = "nbgrader.tests.apps.test_nbgrader_autograde"


def main() -> int:
    """Run them; any further arguments go to pytest."""
    with tempfile.TemporaryDirectory(prefix="nbgrader-tests-") as scratch:
        Path(scratch, "nbgrader_config.py").write_text(CONFIG)
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", scratch, "-p", "no:cacheprovider"]
        return subprocess.run(
            [*command, "-q", "-n", "2", "--no-header", "-W", "ignore", "--pyargs", TESTS, *sys.argv[1:]],
            cwd=scratch,
            env={**os.environ, "JUPYTER_CONFIG_DIR": scratch, "PATH": path},
            check=False,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
