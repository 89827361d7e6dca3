"""Where a course lies, and its secret."""

import errno
import hashlib
import stat

import pytest

from grader.course import CourseError, CourseFolder, find_course
from grader.exercise import Assignment


def test_a_course_is_found_from_any_folder_below(course, tmp_path):
    made = course()
    below = made.root / "exercises" / "01_first"
    below.mkdir(parents=True)
    assert find_course(below) == find_course(made.root) == made
    assert made.course.title == "Tiny"


def test_the_working_directory_is_where_to_start(course, monkeypatch):
    made = course()
    monkeypatch.chdir(made.root)
    assert find_course() == made


def test_a_pyproject_of_something_else_is_passed_by(course):
    made = course()
    below = made.root / "package"
    below.mkdir()
    (below / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert find_course(below) == made


def test_no_course_says_what_one_is(tmp_path):
    with pytest.raises(CourseError, match=r"no course here or above; its pyproject\.toml has"):
        find_course(tmp_path)


@pytest.mark.parametrize("content", [b"[", b"\xff"], ids=["not TOML", "not UTF-8"])
def test_a_broken_pyproject_is_named(tmp_path, content):
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(CourseError, match=r"pyproject\.toml: is not TOML"):
        find_course(tmp_path)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("no_such_module_at_all:COURSE", "cannot be loaded"),
        ("math:COURSE", "cannot be loaded"),
        ("math:pi", "'math:pi' is not a grader.exercise.Course"),
    ],
)
def test_an_entry_that_is_no_course_is_named(tmp_path, entry, says, course):
    with pytest.raises(CourseError) as raised:
        _ = CourseFolder(tmp_path, entry).course
    assert str(tmp_path / "pyproject.toml") in str(raised.value)
    assert says in str(raised.value)


def test_an_unknown_assignment_names_those_there_are(course):
    made = course()
    assert made.assignment("01_first").notebook == "first"
    with pytest.raises(CourseError, match="unknown assignment '02'; the course has 01_first"):
        made.assignment("02")


def test_places_follow_from_the_root(course):
    made = course()
    assignment = made.assignment("01_first")
    assert made.source(assignment) == made.root / "solutions" / "01_first.py"
    assert made.notebook(assignment) == made.root / "exercises" / "01_first" / "first.ipynb"
    assert made.public_cases(assignment) == made.root / "exercises" / "01_first" / "public_cases.json"
    assert made.state == made.root / ".gradmark"


# ------------------------------------------------------------------------------------------ digest


def test_the_digest_follows_the_source(course):
    made = course()
    assignment = made.assignment("01_first")
    package = made.root / assignment.module.partition(".")[0]
    before = made.digest(assignment)
    assert before == made.digest(assignment)
    assert len(before) == 16

    (package / "second.py").write_text("x = 1\n")
    (package / "__init__.py").write_text((package / "__init__.py").read_text() + "\n# more\n")
    assert made.digest(assignment) == before

    (package / "_shared.py").write_text("x = 1\n")
    shared = made.digest(assignment)
    assert shared != before

    (package / "first_tests.py").write_text("x = 1\n")
    (package / "second_data.npz").write_bytes(b"1")
    assert made.digest(assignment) == shared
    (package / "first_data.npz").write_bytes(b"1")
    data = made.digest(assignment)
    (package / "first_data.npz").write_bytes(b"2")
    assert len({shared, data, made.digest(assignment)}) == 3

    (package / "first.py").write_text((package / "first.py").read_text() + "# more\n")
    assert made.digest(assignment) not in (before, shared)


def test_a_missing_module_is_named(course):
    made = course()
    missing = Assignment("09", f"{made.entry.partition(':')[0]}.ninth", "n")
    with pytest.raises(CourseError, match=r"ninth\.py: cannot be read .*; 09 names it"):
        made.digest(missing)


# ------------------------------------------------------------------------------------------ secret


@pytest.fixture
def unset(monkeypatch, course):
    monkeypatch.delenv("GRADER_SECRET")


@pytest.mark.usefixtures("unset")
def test_the_secret_is_made_once_and_private(course):
    made = course()
    secret = made.secret
    path = made.state / "secret"
    assert len(secret) == 32
    assert path.read_text() == secret.decode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.state.stat().st_mode) == 0o700
    assert find_course(made.root).secret == secret


@pytest.mark.usefixtures("unset")
def test_two_courses_have_two_secrets(course, tmp_path):
    from builders import write_course

    assert course().secret != write_course(tmp_path / "other").secret


@pytest.mark.usefixtures("unset")
def test_an_empty_secret_is_not_used(course):
    made = course()
    made.state.mkdir()
    (made.state / "secret").touch()
    with pytest.raises(CourseError, match="is empty; delete it"):
        _ = made.secret


@pytest.mark.usefixtures("unset")
def test_a_place_that_cannot_be_written_is_named(course, monkeypatch):
    def refuse(*args):
        raise OSError(errno.EROFS, "Read-only file system")

    made = course()
    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(CourseError, match="set GRADER_SECRET instead"):
        _ = made.secret


def test_the_environment_comes_first(course, monkeypatch):
    made = course()
    monkeypatch.setenv("GRADER_SECRET", "from outside")
    assert made.secret == b"from outside"
    assert not made.state.exists()


def test_hidden_seeds_depend_on_the_secret_and_the_assignment(course, monkeypatch):
    made = course()
    one, other = Assignment("01", "m", "n"), Assignment("02", "m", "n")
    seeds = made.hidden_seeds(one, 3)
    assert len(set(seeds)) == 3
    assert 0 not in seeds
    assert seeds == made.hidden_seeds(one, 3)
    assert seeds[:2] == made.hidden_seeds(one, 2)
    assert not set(seeds) & set(made.hidden_seeds(other, 3))
    monkeypatch.setenv("GRADER_SECRET", "another")
    assert not set(seeds) & set(find_course(made.root).hidden_seeds(one, 3))


def test_hidden_seeds_do_not_give_the_secret_away(course):
    made = course()
    (seed,) = made.hidden_seeds(Assignment("01", "m", "n"), 1)
    assert seed < 2**56
    assert seed != int.from_bytes(hashlib.sha256(b"01/0").digest()[:7])
