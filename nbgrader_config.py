# nbgrader's stock commands on this course: solutions/ is the source, exercises/ the release, checks are judged by
# gradmark. Settings of your own go below; see docs/instructors.md.
c = get_config()  # noqa: F821

from grader.nbgrader_plugin import configure  # noqa: E402

configure(c, __file__)
