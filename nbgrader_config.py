# nbgrader's stock commands on this course: solutions/ is the source, exercises/ the release, checks are judged by
# gradmark. See docs/instructors.md.
c = get_config()  # noqa: F821

# Settings of your own go here; for example
# c.CourseDirectory.db_url = "postgresql://localhost/gradebook"
# c.RunInSandbox.check_timeout = 10

from grader.nbgrader_plugin import configure  # noqa: E402

configure(c, __file__)
