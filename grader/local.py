"""A learner's own notebooks, run and judged on the spot: what `pytest`, `grader check` and `grader watch` share.

Public cases only. A notebook is run once, in a process of its own under time limits; what is found decides no mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.answers import content_key
from grader.candidates import candidates
from grader.findings import findings
from grader.grade import judge_run, run_job
from grader.key import Key
from grader.messages import choose, speaking
from grader.notebook import NotebookError, read_notebook
from grader.public import FILE, Cases, CasesError, cases_of, find_key
from grader.render import compose, render_findings
from grader.sandbox.job import Job, files_beside
from grader.sandbox.parent import OWN_CODE, SandboxError
from grader.sandbox.protocol import Limits
from grader.standing import DONE, Standing, remember
from grader.verdict import Verdict

# How long one notebook may run, in seconds.
SECONDS = 60.0


@dataclass(frozen=True)
class Found:
    """What was found of one exercise. status: its verdict's, or "problem" where there can be no verdict.

    message: what `check` would say, or the problem in one line.
    """

    exercise: str
    status: str
    message: str
    verdict: Verdict | None = None

    def is_wrong(self, strict: bool = False) -> bool:
        """Whether something has to be mended. strict: what is not started counts as well."""
        return self.status not in DONE and (strict or self.status != "not_started")


class OwnNotebook:
    """A notebook or percent-format script on this machine. Raises NotebookError when it cannot be read.

    lang: the language to speak, by default that of the public cases beside it. seconds: how long it may run.
    """

    def __init__(self, path: Path, lang: str = "", seconds: float = SECONDS) -> None:
        self.path = path
        self.notebook = read_notebook(path)
        self.checks = list(self.notebook.checks) if self.notebook.uses_grader else []
        self._cases: dict[str, Cases] = {name: cases_of(name, [path.parent]) for name in self.checks}
        self.lang = choose(lang, next((cases.lang for cases in self._cases.values()), ""))
        self._seconds = seconds

    @property
    def name(self) -> str:
        """What its bar is called: the folder of a notebook, a script's own name."""
        return self.path.resolve().parent.name if self.path.suffix == ".ipynb" else self.path.stem

    @cached_property
    def found(self) -> dict[str, Found]:
        """What was found of each exercise, in the order of the notebook, which is run when this is first asked for."""
        keys, problems = self._keys
        with speaking(self.lang):
            try:
                verdicts = judge_run(run_job(self.job, None, OWN_CODE), keys) if keys else {}
            except SandboxError as error:
                problems = dict.fromkeys(self.checks, f"{self.path}: could not be run: {error}")
            found = {}
            for name in self.checks:
                if name in problems:
                    found[name] = Found(name, "problem", problems[name])
                else:
                    verdict = verdicts[name]
                    message = "\n".join(compose(verdict, keys[name].mistakes).lines)
                    found[name] = Found(name, verdict.status, message, verdict)
        return found

    @cached_property
    def job(self) -> Job:
        """The run that is asked for."""
        # Half for one cell, so that a cell that never ends leaves time for the others.
        limits = Limits(wall=self._seconds, cpu=self._seconds, cell=self._seconds / 2)
        return Job(self.notebook.code, self.notebook.checks, self._keys[0], files_beside(self.path.parent), limits)

    @property
    def content(self) -> str:
        """Equal as long as a run would find the same: nothing that could change an answer has changed.

        Raises OSError when a file beside the notebook vanishes meanwhile.
        """
        return content_key(self.job)

    @cached_property
    def seen(self) -> str:
        """What the code shows without being run, as text; "" when there is nothing."""
        if not self.checks:
            return ""
        forbids = self._cases[self.checks[0]].forbids
        shipped = files_beside(self.path.parent).keys() - {FILE}
        with speaking(self.lang):
            return render_findings(findings(self.notebook.code, forbids, shipped, self.notebook.checks))

    def standing(self) -> Standing:
        """How far it is, after it has been run."""
        done = tuple(name for name, found in self.found.items() if found.status in DONE)
        return Standing(self.name, done, tuple(name for name in self.checks if name not in done), str(self.path))

    def remember(self) -> None:
        """Let `progress` know what was found."""
        by_assignment: dict[str, list[str]] = {}
        for name, found in self.found.items():
            if found.verdict is not None:
                by_assignment.setdefault(self._cases[name].name, []).append(name)
        for names in by_assignment.values():
            verdicts = (self.found[name].verdict for name in names)
            remember(self._cases[names[0]], [verdict for verdict in verdicts if verdict is not None])

    @cached_property
    def _keys(self) -> tuple[dict[str, Key], dict[str, str]]:
        """The public keys of all checks, and why there is none for some of them."""
        keys, problems = {}, {}
        with speaking(self.lang):
            for name in self.checks:
                try:
                    keys[name] = find_key(name, [self.path.parent]).public()
                except CasesError as error:
                    problems[name] = str(error)
        return keys, problems


@dataclass(frozen=True)
class Unreadable:
    """A file that should be a notebook and cannot be read, and why, in one line."""

    path: Path
    problem: str


def own_notebooks(
    paths: Iterable[Path], lang: str = "", seconds: float = SECONDS
) -> Iterator[OwnNotebook | Unreadable]:
    """The notebooks and scripts that check an exercise, in the order of the paths.

    Raises NotebookError for a path that is not there or holds none; nothing has been run by then.
    """
    for path in paths:
        if not path.exists():
            raise NotebookError(f"{path}: there is no such file or folder")
        some = False
        for file in candidates(path):
            try:
                own = OwnNotebook(file, lang, seconds)
            except NotebookError as error:
                some = True
                yield Unreadable(file, str(error))
                continue
            if own.checks:
                some = True
                yield own
        if not some:
            raise NotebookError(f'{path}: holds no exercise, no notebook or script with a line such as check("relu")')
