"""`grader watch` with real files and the real watcher: every save is noticed, nothing is run twice, nothing ends it."""

from __future__ import annotations

import json
import queue
import shutil
import threading
from pathlib import Path

import pytest
from builders import STUB, checked_notebook, code_cell, notebook_text, two_assignments

from grader import watching
from grader.grade import close_sandboxes
from grader.notebook import NotebookError
from grader.watching import Looker, View, watch_folder

pytestmark = pytest.mark.slow

RIGHT = "def {}(x):\n    return 2 * x"
WRONG = "def {}(x):\n    return x"
ENDLESS = "def {}(x):\n    while True:\n        pass"
# On a busy machine; nothing waits that long where all is well.
LONG = 120.0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A course of two assignments; the first has two exercises."""
    monkeypatch.setattr("grader.public.installed_cases", lambda: iter(()))
    two_assignments(tmp_path)
    return tmp_path


class Watching:
    """A watch that goes on in a thread, and what it says."""

    def __init__(self, path: Path, seconds: float = 60.0) -> None:
        self.said: queue.Queue[View] = queue.Queue()
        self.looked: queue.Queue[View] = queue.Queue()
        self.error: BaseException | None = None
        self.stop = threading.Event()
        self.looker = Looker(path, "en", seconds)
        look = self.looker.look

        def counted():
            view = look()
            self.looked.put(view)
            return view

        self.looker.look = counted
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            watch_folder(self.looker, self.said.put, self.stop)
        except BaseException as error:
            self.error = error
        finally:
            close_sandboxes()

    def until(self, start: str) -> View:
        """The next view whose message starts so; what is said before may be of a file half written."""
        while True:
            view = self.said.get(timeout=LONG)
            if view.message.startswith(start):
                return view

    def looks_again(self) -> View:
        """What is seen after the next change. Before the change: `settle`."""
        return self.looked.get(timeout=LONG)

    def settle(self) -> None:
        """Forget what was seen so far."""
        while not self.looked.empty():
            self.looked.get()

    def close(self) -> None:
        self.stop.set()
        self.thread.join(LONG)
        assert not self.thread.is_alive()
        assert self.error is None


@pytest.fixture
def watched(folder):
    """Begins a watch; all are ended with the test."""
    begun = []

    def begin(path=folder, **options):
        begun.append(Watching(path, **options))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


def test_from_the_first_exercise_to_the_last(folder, watched):
    first, second = folder / "01_first" / "first.ipynb", folder / "02_second" / "second.ipynb"
    watch = watched()
    view = watch.until("… double   0 / 1")
    assert view.below == ("01_first  ░░░░░░░░░░  0 of 2", "checks again when you save; Ctrl-C ends")
    first.write_text(checked_notebook(WRONG.format("double"), RIGHT.format("twice")))
    view = watch.until("✗ double   0 / 1")
    assert view.message.splitlines()[-1] == '  hint("double") gives a hint'
    assert view.below[0] == "01_first  █████░░░░░  1 of 2"
    # The second assignment waits its turn.
    assert watch.looker.runs == 2
    first.write_text(checked_notebook(RIGHT.format("double"), RIGHT.format("twice")))
    assert watch.until("… more").below[0] == "02_second  ░░░░░░░░░░  0 of 1"
    second.write_text(checked_notebook(RIGHT.format("more")))
    view = watch.until("all done")
    assert view.done
    assert view.below == ("01_first   ██████████  2 of 2", "02_second  ██████████  1 of 1")
    watch.thread.join(LONG)
    assert not watch.thread.is_alive()


def test_a_single_notebook_saved_by_renaming(folder, watched):
    path = folder / "01_first" / "first.ipynb"
    watch = watched(path)
    watch.until("… double")
    for source, start in ((WRONG, "✗ double"), (RIGHT, "… twice")):
        temporary = path.with_name(".first.ipynb.tmp")
        temporary.write_text(checked_notebook(source.format("double"), STUB.format("twice")))
        temporary.replace(path)
        watch.until(start)


def test_what_is_saved_again_without_a_change_is_not_run_again(folder, watched):
    path = folder / "01_first" / "first.ipynb"
    watch = watched()
    watch.until("… double")
    node = json.loads(path.read_text())
    for number in range(3):
        watch.settle()
        # As JupyterLab's autosave does: outputs and counters, in place.
        for cell in node["cells"]:
            cell |= {"execution_count": number, "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]}
        path.write_text(json.dumps(node))
        assert watch.looks_again().odd or watch.looker.runs == 1
    watch.settle()
    path.write_text(checked_notebook(RIGHT.format("double"), STUB.format("twice")))
    watch.until("… twice")
    assert watch.looker.runs == 2


def test_a_broken_notebook_is_told_and_mended(folder, watched):
    path = folder / "01_first" / "first.ipynb"
    watch = watched()
    watch.until("… double")
    path.write_text(checked_notebook(RIGHT.format("double"))[:-40])
    view = watch.until(f"{path}: is not a notebook (not JSON, line 1)")
    assert view.odd
    assert view.below == ("checks again when you save; Ctrl-C ends",)
    path.write_text(checked_notebook(RIGHT.format("double"), WRONG.format("twice")))
    watch.until("✗ twice")


@pytest.mark.parametrize("alone", [False, True], ids=["folder", "notebook"])
def test_a_notebook_deleted_and_put_back(folder, watched, alone):
    path = folder / "01_first" / "first.ipynb"
    shutil.rmtree(folder / "02_second")
    watch = watched(path if alone else folder)
    watch.until("… double")
    content = path.read_bytes()
    path.unlink()
    watch.until(f"{path if alone else folder}: no exercise is there just now; waiting for one")
    path.write_bytes(content)
    watch.until("… double")
    # It is the same work.
    assert watch.looker.runs == 1


def test_a_folder_deleted_and_put_back(folder, watched):
    root = folder / "01_first"
    kept = folder / "kept"
    watch = watched(root)
    watch.until("… double")
    shutil.copytree(root, kept)
    shutil.rmtree(root)
    kept.rename(root)
    (root / "first.ipynb").write_text(checked_notebook(WRONG.format("double")))
    watch.until("✗ double")
    # The new folder is watched as the old one was.
    (root / "first.ipynb").write_text(checked_notebook(RIGHT.format("double")))
    assert watch.until("all done").done


def test_a_module_beside_the_notebook_counts(folder, watched):
    module = folder / "01_first" / "mine.py"
    module.write_text("factor = 1\n")
    source = "from mine import factor\ndef double(x):\n    return factor * x"
    node = notebook_text(
        code_cell("from grader import check"), code_cell(source), code_cell("check('double')", "double")
    )
    (folder / "01_first" / "first.ipynb").write_text(node)
    watch = watched(folder / "01_first")
    watch.until("✗ double")
    module.write_text("factor = 2\n")
    assert watch.until("all done").done


def test_a_cell_that_never_ends_is_stopped(folder, watched):
    path = folder / "01_first" / "first.ipynb"
    path.write_text(checked_notebook(RIGHT.format("double"), ENDLESS.format("twice") + "\nwhile True:\n    pass"))
    watch = watched(path, seconds=2.0)
    assert "is there a loop that never ends?" in watch.until("✗ twice").message
    path.write_text(checked_notebook(RIGHT.format("double"), RIGHT.format("twice")))
    assert watch.until("all done").done


def test_odd_looks_are_said_only_when_all_is_quiet(tmp_path, monkeypatch):
    """A file that is being written has many states; which of them is seen is chance, so that here it is spelt out."""
    odd, good, better = View("half written", odd=True), View("✗ double", "failed"), View("… twice", "not_started")
    # Whether something has changed, what is seen then (None: nobody looks), and whether it is said.
    steps = [
        (False, good, True),
        (True, odd, False),
        (True, odd, False),
        (True, good, False),
        (False, None, False),
        (True, odd, False),
        (False, odd, True),
        (False, None, False),
        (True, better, True),
    ]
    looker = Looker(tmp_path)
    looks = iter([seen for _, seen, _ in steps if seen is not None])
    monkeypatch.setattr(looker, "look", lambda: next(looks))
    stop = threading.Event()

    def changed(*_arguments):
        yield from (change for change, _, _ in steps)
        stop.set()

    monkeypatch.setattr(watching, "_changes", changed)
    said = []
    watch_folder(looker, said.append, stop)
    assert said == [seen for _, seen, is_said in steps if is_said]
    assert next(looks, None) is None


def test_where_nothing_can_be_watched_it_says_so_in_one_line(folder, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(watching, "watch", full)
    with pytest.raises(NotebookError) as raised:
        watch_folder(Looker(folder), print)
    assert str(raised.value) == (
        f"{folder}: cannot be watched (OS file watch limit reached.); name a smaller folder, or set "
        "WATCHFILES_FORCE_POLLING=1"
    )
