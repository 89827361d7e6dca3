# nbgrader's stock commands on this course: solutions/ is the source, exercises/ the release, checks are judged by
# gradmark. See docs/instructors.md.
c = get_config()  # noqa: F821

# Settings of your own go here; for example
# c.CourseDirectory.db_url = "postgresql://localhost/gradebook"
# c.RunInSandbox.check_timeout = 10

try:
    from grader.nbgrader_plugin import configure
except Exception as error:
    # Without this nbgrader would go on and grade in its own way, which believes what a submission says of itself.
    raise SystemExit(f"nbgrader_config.py: gradmark cannot be imported ({error}); run make in this folder") from error

configure(c, __file__)
