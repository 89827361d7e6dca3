"""A gradebook in PostgreSQL: both commands leave in it what they leave in SQLite, and a corrected mark is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import postgres
import pytest
import sqlalchemy
from course_copy import WEEK, cell_of, copy_course, hand_in, notebook, run
from gradebook_rows import rows
from nbgrader_class import NAME

pytestmark = [pytest.mark.tools, pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())]


def _database(server: str, name: str) -> str:
    """A new database's address."""
    engine = sqlalchemy.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"


@pytest.fixture(scope="module")
def class_of_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Right, wrong and unreadable work, handed in and not graded."""
    course = copy_course(tmp_path_factory.mktemp("postgres") / "course")
    run(course, "nbgrader", "generate_assignment", WEEK)
    solved = notebook(course / "solutions" / WEEK / f"{NAME}.ipynb")
    hand_in(course, "right", WEEK, solved, NAME)
    cell_of(solved, "relu-stub")["source"] = "def relu(z):\n    return abs(z)"
    hand_in(course, "wrong", WEEK, solved, NAME)
    hand_in(course, "unreadable", WEEK, "no notebook", NAME)
    return course


def test_the_same_marks_as_in_sqlite(class_of_three, tmp_path):
    found = {}
    with postgres.server() as server:
        for database, command in (("stock", "nbgrader autograde"), ("ours", "grader grade"), ("", "grader grade")):
            course = tmp_path / (database or "sqlite")
            shutil.copytree(class_of_three, course)
            url = _database(server, database) if database else f"sqlite:///{course / 'gradebook.db'}"
            config = course / "nbgrader_config.py"
            # PostgreSQL holds nbgrader to its own rule that an assignment belongs to a course.
            config.write_text('c = get_config()\nc.CourseDirectory.course_id = "deep"\n' + config.read_text())
            (course / "gradebook.db").unlink()
            if database:
                config.write_text(f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n" + config.read_text())
            run(course, "nbgrader", "generate_assignment", WEEK, "--force")
            done = run(course, *command.split(), WEEK, check=False)
            assert done.returncode == 1
            assert "unreadable" in done.stderr
            found[database] = rows(url)
            again = run(course, "grader", "regrade", WEEK)
            assert "Nothing changed" in again.stdout, again.stdout
    assert found["stock"] == found["ours"]
    for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
        assert found[""][table] == found["ours"][table], table
