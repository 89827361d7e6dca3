"""`make screenshots`: a picture of every kind of message, as JupyterLab shows it, into docs/screenshots/."""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from pathlib import Path

from browser import chromium, missing
from lab import Notebook, jupyter_lab
from message_kinds import KINDS, ROOT, Kind, public_cases
from nbformat.v4 import new_code_cell, new_notebook, writes
from PIL import Image

PICTURES = ROOT / "docs" / "screenshots"
MOST_BYTES = 60_000
_SETUP = "import numpy as np\nfrom grader import ask, check, hint\n\nnp.seterr(all='ignore')"
# What belongs to JupyterLab, not to the message: the mark of the active cell, buttons, the cursor.
_PLAIN = """
    .jp-Collapser, .jp-cell-toolbar, .jp-InputPrompt, .jp-OutputPrompt, .jp-OutputArea-promptOverlay,
    .cm-cursorLayer { display: none !important }
    .cm-matchingBracket, .cm-nonmatchingBracket { background: none !important; color: inherit !important }
    .jp-Cell { padding: 8px !important }
"""
_COLOURS = 64  # to the eye the same, in a third of the bytes


def notebook(folder: Path, kinds: list[Kind], lang: str) -> str:
    """A notebook with the cells of these kinds and the cases it needs; its name."""
    (folder / lang).mkdir()
    (folder / lang / "public_cases.json").write_text(json.dumps(public_cases(lang)), encoding="utf-8")
    node = new_notebook(cells=[new_code_cell(source) for source in (_SETUP, *(kind.cell for kind in kinds))])
    node.metadata = {"language_info": {"name": "python"}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    (folder / lang / "messages.ipynb").write_text(writes(node), encoding="utf-8")
    return f"{lang}/messages.ipynb"


def take(scratch: Path, pictures: Path) -> None:
    """Run every kind and keep its picture."""
    with chromium(scratch / "profile", width=900) as browser:
        for lang in sorted({kind.lang for kind in KINDS}):
            kinds = [kind for kind in KINDS if kind.lang == lang]
            name = notebook(scratch, kinds, lang)
            with jupyter_lab(scratch, scratch / "lab" / lang, {"GRADER_LANG": lang}) as lab:
                page = Notebook(browser, lab, name)
                browser.script("jupyterapp.commands.execute('application:toggle-left-area')")
                browser.style(_PLAIN)
                page.run(_SETUP)
                for kind in kinds:
                    page.run(kind.cell)
                    picture = pictures / f"{kind.name}.png"
                    shown = Image.open(io.BytesIO(page.show(kind.cell).screenshot_as_png)).convert("RGB")
                    shown.quantize(_COLOURS).save(picture, optimize=True)
                    print(f"{picture}  {picture.stat().st_size} bytes")


def main() -> None:
    """Take all pictures; a non-zero exit when one is too large, or when there is no browser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=PICTURES)
    pictures: Path = parser.parse_args().folder
    if missing():
        raise SystemExit(f"screenshots: {missing()}")
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as scratch:
        take(Path(scratch), pictures)
    large = [path.name for path in pictures.glob("*.png") if path.stat().st_size > MOST_BYTES]
    if large:
        raise SystemExit(f"screenshots: larger than {MOST_BYTES} bytes: {', '.join(large)}; shorten what they show")


if __name__ == "__main__":
    main()
