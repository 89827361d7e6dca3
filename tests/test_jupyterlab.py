"""An exercise as a student meets it: in JupyterLab, in a real browser, by the keyboard."""

from __future__ import annotations

import shutil

import pytest
from browser import READABLE, Browser
from course_copy import WEEK
from lab import DARK, LIGHT, Lab, Notebook
from selenium.webdriver.remote.webelement import WebElement

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("browser")]

STUB = "def relu(z)"
SIGMOID = "def sigmoid(z)"
CHECK = 'check("relu")'
WRONG = "def relu(z):\n    return np.abs(z)"
WRONG_HERE_AND_THERE = "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.clip(z, -1.5, 1.5)))"
RIGHT = "def relu(z):\n    return np.maximum(0.0, z)"
SETUP = "import numpy as np"


@pytest.fixture(scope="module")
def page(lab: Lab, browser: Browser) -> Notebook:
    """A student's copy of an exercise's notebook, open in the browser; its first cell has been run."""
    shutil.copytree(lab.folder / "exercises" / WEEK, lab.folder / "mine")
    notebook = Notebook(browser, lab, "mine/activations.ipynb")
    notebook.run(SETUP)
    return notebook


def checked(page: Notebook, source: str) -> WebElement:
    """What the check shows of a function that is typed into its stub."""
    stub = source.partition(":")[0]
    page.write(stub, source)
    page.run(stub)
    return page.run(f'check("{stub[4:].partition("(")[0]}")')


def is_message_alone(shown: str, head: str | tuple[str, ...]) -> bool:
    """Whether an output begins with (one of) that headline and holds nothing of a traceback."""
    inside = [word for word in ("Traceback", "checking.py", "CheckFailed", "AssertionError") if word in shown]
    return shown.strip().startswith(head) and not inside


def test_run_all_shows_that_the_first_exercise_is_not_started(page: Notebook) -> None:
    page.write(SIGMOID, "def sigmoid(z):\n    raise NotImplementedError")
    page.run_all()
    assert is_message_alone(page.outputs('check("sigmoid")').text, "… sigmoid")
    # JupyterLab runs nothing after a failure, but for what reaches the kernel too late to be called off.
    after = page.outputs('check("sigmoid_derivative")').text
    assert after == "" or is_message_alone(after, ("…", "✗"))


def test_a_wrong_answer_shows_the_message_and_a_right_one_the_tick(page: Notebook) -> None:
    shown = checked(page, WRONG).text
    assert is_message_alone(shown, "✗ relu")
    assert 'hint("relu")' in shown
    assert is_message_alone(checked(page, RIGHT).text, "✓ relu")


def test_the_rubric_is_a_table(page: Notebook) -> None:
    rows = checked(page, WRONG).find_elements("css selector", "tr")
    assert len(rows) >= 2
    assert all(" / " in row.text for row in rows)


def test_a_picture_stands_below_the_message(page: Notebook) -> None:
    pictures = checked(page, WRONG_HERE_AND_THERE).find_elements("css selector", "svg[role=img], img")
    assert [picture.size["width"] > 100 and picture.size["height"] > 20 for picture in pictures] == [True]
    assert len(pictures[0].get_attribute("aria-label") or pictures[0].get_attribute("alt") or "") > 20


def test_a_hint(page: Notebook) -> None:
    page.insert_below(CHECK, 'hint("relu")')
    shown = page.run('hint("relu")').text
    assert shown.startswith("relu: ")
    assert "Traceback" not in shown


def test_a_syntax_error_is_python_s_and_the_check_says_what_to_do(page: Notebook) -> None:
    page.restart()
    page.run(SETUP)
    page.write(STUB, RIGHT.removesuffix(")"))
    assert "SyntaxError" in page.run(STUB).text
    assert is_message_alone(page.run(CHECK).text, "✗ relu")


# A reader's system may be set to another theme than JupyterLab is.
@pytest.mark.parametrize(("theme", "system"), [(LIGHT, "dark"), (DARK, "light")])
def test_messages_are_readable(page: Notebook, theme: str, system: str) -> None:
    page.browser.system(system)
    page.theme(theme)
    for source in ("def relu(z):\n    raise NotImplementedError", WRONG, RIGHT, WRONG_HERE_AND_THERE):
        contrasts = page.browser.contrasts(checked(page, source))
        assert any("relu" in text or "sigmoid" in text for text in contrasts)
        assert {text: ratio for text, ratio in contrasts.items() if ratio < READABLE} == {}
    # The last has a picture, and the picture numbers of rows.
    assert {"0", "1", "2"} <= contrasts.keys()


def test_text_that_is_hard_to_read_would_be_found(page: Notebook) -> None:
    html = """
        <div style='background: black; opacity: .5'><p style='color: #bbb'>faded</p></div>
        <p style='background: white; color: #777'>grey</p>
        <svg width=99 height=30><rect width=99 height=30 fill='navy'/><text y=20 fill='#036'>drawn</text></svg>
        <p style='background: white; color: #000'>black</p>
        <p style='background: white; color: #fff; display: none'>not there</p>"""
    script = "const e = document.createElement('div'); e.innerHTML = arguments[0]; document.body.append(e); return e"
    element = page.browser.script(script, html)
    contrasts = page.browser.contrasts(element)
    page.browser.script("arguments[0].remove()", element)
    assert {text for text, ratio in contrasts.items() if ratio < READABLE} == {"faded", "grey", "drawn"}
    assert contrasts["black"] == 21
