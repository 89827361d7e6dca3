"""A headless Chromium for tests, by Debian's chromedriver: the two are always of one version and nothing is downloaded.

Whoever waits here waits for a condition. Requests to other machines fail at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium.webdriver import ActionChains, Chrome, ChromeOptions, ChromeService
from selenium.webdriver.support.wait import WebDriverWait

PROGRAMS = ("chromium", "chromedriver")
# Long: a busy machine is slow, and what waits here goes on at once.
WAIT = 90.0
# The least contrast of text to what is behind it (WCAG 2.2, 1.4.3).
READABLE = 4.5
Found = TypeVar("Found")

# The contrast of every piece of text below an element, the colours and opacities of what lies behind it laid over one
# another. What lies behind a text in a picture is asked of the page, not of the tree.
_CONTRAST = """
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const pen = canvas.getContext('2d', {willReadFrequently: true});
const rgba = colour => {
    pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
};
const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
const light = colour => {
    const [r, g, b] = colour.map(part => part / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const faded = (colour, element) => {
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) opacity *= Number(getComputedStyle(e).opacity);
    return [...colour.slice(0, 3), colour[3] * opacity];
};
const drawn = element => !!element.ownerSVGElement;
const paint = element => {
    const style = getComputedStyle(element);
    if (!drawn(element)) return faded(rgba(style.backgroundColor), element);
    const filled = element instanceof SVGGeometryElement && style.fill !== 'none';
    return filled ? faded(rgba(style.fill).map((c, i) => i == 3 ? c * style.fillOpacity : c), element) : [0, 0, 0, 0];
};
const behind = (element, box) => {
    if (drawn(element)) {
        const stack = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const last = stack.findIndex(e => e.tagName === 'text' || e.tagName === 'tspan');
        return stack.slice(last + 1);
    }
    const chain = [];
    for (let e = element; e; e = e.parentElement) chain.push(e);
    return chain;
};
arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});
const walker = document.createTreeWalker(arguments[0], NodeFilter.SHOW_TEXT);
const found = [];
while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect(), style = getComputedStyle(element);
    if (!walker.currentNode.data.trim() || !box.width || style.visibility === 'hidden') continue;
    const ground = behind(element, box).reverse().reduce((below, e) => over(paint(e), below), [255, 255, 255, 1]);
    const ink = over(faded(rgba(drawn(element) ? style.fill : style.color), element), ground);
    const [bright, dark] = [light(ink), light(ground)].sort((a, b) => b - a);
    found.push([walker.currentNode.data.trim(), (bright + 0.05) / (dark + 0.05)]);
}
return found;
"""


def missing() -> str:
    """Which of the programs are not installed, as the reason to skip a test; "" when all are."""
    absent = [name for name in PROGRAMS if not shutil.which(name)]
    return f"not installed: {', '.join(absent)} (Debian: chromium, chromium-driver)" if absent else ""


@contextmanager
def chromium(profile: Path, *, width: int = 1000, height: int = 1400) -> Iterator[Browser]:
    """A Chromium of its own, with an empty profile in that folder; ended with the block."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",  # a container's root may not make namespaces
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--lang=en",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        f"--window-size={width},{height}",
        f"--user-data-dir={profile}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=ChromeService(shutil.which("chromedriver")))
    try:
        # Commands that wait inside the page.
        driver.set_script_timeout(WAIT)
        yield Browser(driver)
    finally:
        driver.quit()


class Browser:
    """What the tests do with a page."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded; what the console said before is forgotten."""
        self.console()
        self.driver.get(url)

    def script(self, code: str, *arguments: Any) -> Any:
        """What a function with that body returns in the page; a promise is awaited."""
        return self.driver.execute_script(code, *arguments)

    def wait(self, condition: Callable[[], Found], what: str, seconds: float = WAIT) -> Found:
        """What `condition` returns as soon as that is true. Raises TimeoutException that names `what`."""
        return WebDriverWait(self.driver, seconds, poll_frequency=0.05).until(lambda _: condition(), what)

    def contrasts(self, element: Any) -> dict[str, float]:
        """Text -> its contrast to what is behind it, the lowest where a text comes more than once."""
        found: dict[str, float] = {}
        for text, ratio in self.script(_CONTRAST, element):
            found[text] = min(ratio, found.get(text, ratio))
        return found

    def console(self) -> list[str]:
        """Errors the console has shown since the last call, but for those of requests to other machines."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        severe = [entry["message"] for entry in entries if entry["level"] == "SEVERE"]
        return [message for message in severe if "net::ERR_NAME_NOT_RESOLVED" not in message]

    def system(self, theme: str) -> None:
        """Let pages believe that the reader's system is set to "dark" or "light"."""
        features = [{"name": "prefers-color-scheme", "value": theme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def style(self, css: str) -> None:
        """Add a style sheet to the page."""
        self.script(
            "const e = document.createElement('style'); e.textContent = arguments[0]; document.head.append(e)", css
        )

    def keys(self, *pressed: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(*pressed).perform()

    def insert(self, text: str) -> None:
        """Put text at the cursor as a paste does: the editor neither indents nor completes it."""
        self.driver.execute_cdp_cmd("Input.insertText", {"text": text})
