"""These notebooks are graded by test_submissions.py; `pytest` must not take them for exercises of the course."""

collect_ignore_glob = ["*"]
