"""What tests of the surroundings need of the machine."""

from __future__ import annotations

import os
import shutil

import pytest

needs_mounts = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="makes mounts of its own, as root, with unshare"
)
