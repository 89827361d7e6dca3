"""JupyterLab's formgrader on this course: its pages answer, and its buttons do what the commands do.

In a browser they and the feedback pages show what the grader says, and run no script of a submission.
"""

from __future__ import annotations

import copy
import urllib.parse
from typing import Any

import pytest
from browser import READABLE, Browser
from course_copy import SECRET, WEEK, cell_of, hand_in, notebook
from lab import Lab

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("browser")]

# What would act in a page, and say so in its console.
_SAYS = "console.error('a script of the submission ran')"
SCRIPTS = (f"<script>{_SAYS}</script>", f'<img src="data:," onerror="{_SAYS}">', f'<svg onload="{_SAYS}"></svg>')


@pytest.fixture(scope="module", autouse=True)
def handed_in(lab: Lab) -> None:
    """Two students have handed in."""
    released = notebook(lab.folder / "exercises" / WEEK / "activations.ipynb")
    hand_in(lab.folder, "untouched", WEEK, released, "activations")
    hand_in(lab.folder, "scripts", WEEK, with_scripts(released), "activations")


def with_scripts(released: dict[str, Any]) -> dict[str, Any]:
    """A submission with scripts wherever a student can write: text, outputs, an error, an answer's exception."""
    node = copy.deepcopy(released)
    acts = "".join(SCRIPTS)
    cell_of(node, "sigmoid-stub")["source"] = f"def sigmoid(z):\n    raise ValueError({acts!r})"
    cell_of(node, "relu-stub")["source"] = "def relu(z):\n    return np.abs(z)"
    code = f"from IPython.display import HTML, Javascript, display\nprint({acts!r})\ndisplay(HTML({acts!r}))\n"
    code += f"display(Javascript({_SAYS!r}))\nraise ValueError({acts!r})"
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": acts}}
    node["cells"] += [
        {"cell_type": "markdown", "id": "acts-text", "metadata": {}, "source": acts},
        {
            "cell_type": "code",
            "id": "acts-code",
            "metadata": {},
            "source": code,
            "outputs": [output],
            "execution_count": None,
        },
    ]
    return node


@pytest.fixture(scope="module")
def graded(lab: Lab) -> dict[str, dict[str, Any]]:
    """Student -> submission, after the buttons Generate and Autograde, and Generate Feedback."""
    made = lab.ask(f"/formgrader/api/assignment/{WEEK}/assign", "POST")
    assert made["success"], made
    for student in ("untouched", "scripts"):
        done = lab.ask(f"/formgrader/api/submission/{WEEK}/{student}/autograde", "POST")
        assert done["success"], done
    feedback = lab.ask(f"/formgrader/api/assignment/{WEEK}/generate_feedback", "POST")
    assert feedback["success"], feedback
    return {submission["student"]: submission for submission in lab.ask(f"/formgrader/api/submissions/{WEEK}")}


def page_of(lab: Lab, student: str) -> str:
    """Where formgrader shows a graded notebook."""
    found = lab.ask(f"/formgrader/api/submitted_notebooks/{WEEK}/activations")
    (notebook_id,) = [item["id"] for item in found if item["student"] == student]
    return f"/formgrader/submissions/{notebook_id}/?index=0"


def test_the_assignment_is_listed(lab: Lab) -> None:
    listed = {item["name"]: item for item in lab.ask("/formgrader/api/assignments")}
    assert listed[WEEK]["source_path"] == f"solutions/{WEEK}"
    assert listed[WEEK]["num_submissions"] == 2


def test_the_buttons_grade(graded: dict[str, dict[str, Any]]) -> None:
    untouched = graded["untouched"]
    assert (untouched["score"], untouched["max_score"], untouched["autograded"]) == (0, 11, True)


@pytest.mark.usefixtures("graded")
def test_the_page_shows_a_graded_notebook_with_its_verdicts(lab: Lab) -> None:
    page = lab.ask(page_of(lab, "untouched"))
    assert "not_started" not in page
    assert "… sigmoid   0 / 3" in page


@pytest.mark.usefixtures("graded")
def test_the_log_of_the_server_names_no_secret(lab: Lab) -> None:
    assert SECRET not in lab.log.read_text()


def test_the_scripts_would_act_in_a_page_that_lets_them(browser: Browser) -> None:
    for script in SCRIPTS:
        browser.open("data:text/html," + urllib.parse.quote(script))
        assert "a script of the submission ran" in "\n".join(browser.console()), script


@pytest.mark.usefixtures("graded")
@pytest.mark.parametrize("place", ["formgrader", "feedback"])
def test_a_browser_shows_verdicts_and_runs_no_script_of_a_submission(lab: Lab, browser: Browser, place: str) -> None:
    feedback = lab.folder / "feedback" / "scripts" / WEEK / "activations.html"
    browser.system("dark")
    browser.open(feedback.as_uri() if place == "feedback" else lab.address(page_of(lab, "scripts")))
    shown = browser.script("return document.body.innerText")
    for head in ("✗ sigmoid", "✗ relu", "… sigmoid_derivative"):
        assert head in shown, shown
    tables = browser.script("return [...document.querySelectorAll('table')].map(e => e.innerText)")
    assert any("finite far from zero" in table for table in tables), tables
    groups = browser.driver.find_elements("css selector", "[role=group]")
    verdicts = [group for group in groups if group.text.startswith(("✗", "…"))]
    assert len(verdicts) == 4
    contrasts = {text: ratio for verdict in verdicts for text, ratio in browser.contrasts(verdict).items()}
    assert {text: ratio for text, ratio in contrasts.items() if ratio < READABLE} == {}
    # Formgrader's own script wants MathJax from another machine.
    assert [message for message in browser.console() if "/formgrader/static/" not in message] == []
