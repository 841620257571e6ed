"""How fast the page for logs answers in a browser: ``python benchmarks/log_page.py [megabytes]``.

Makes a book of 4,000 codes and 2,000 messages, builds it, gives its page a log as a file, and
prints milliseconds until the answer is drawn, and how long the page was busy at once meanwhile.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import book
import explain

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from playwright.sync_api import Page, sync_playwright

import browser

CODES = 4_000
RUNS = 5
WATCH = """
window.busy = [];
new PerformanceObserver((list) => window.busy.push(...list.getEntries().map((task) => task.duration)))
  .observe({ type: "longtask" });
document.addEventListener("DOMContentLoaded", () => {
  const cards = document.querySelector(".eb-log__cards");
  document.querySelector("#eb-log-files").addEventListener("change", () => {
    window.busy = [];
    window.started = performance.now();
  }, true);
  new MutationObserver(() => {
    if (window.answered || !cards.querySelector("li")) return;
    window.answered = true;
    requestAnimationFrame(() => setTimeout(() => { window.took = performance.now() - window.started; }));
  }).observe(cards, { childList: true });
});
"""


def make_book(folder: Path) -> list[str]:
    """Write and build the book; gives its messages, which are as unlike as real ones are."""
    subprocess.run([sys.executable, book.__file__, str(CODES), "2", str(folder)], check=True)
    words, messages = explain.vocabulary(1_500, 1), []
    catalog = next((folder / "source/errors").glob("*.yml"))

    def another(match: re.Match[str]) -> str:
        text, params = explain.message(len(messages), words)
        messages.append(text)
        declared = ", ".join(f"{p.name}: {{type: {p.type}}}" for p in params)
        return f"    messages: [{{text: {json.dumps(text)}, params: {{{declared}}}}}]"

    written = re.sub(r"    messages: \[.*\]", another, catalog.read_text("utf-8"))
    catalog.write_text(written, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "errbook", "build"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return messages


def log(messages: list[str], megabytes: float) -> str:
    """One line in twenty names a code, one in a hundred is a message."""
    words, lines, size = explain.vocabulary(20_000, 2), [], 0
    while size < megabytes * 1e6:
        number = len(lines)
        said = " ".join(random.choices(words, k=6) + random.choices(explain.COMMON, k=5))
        if number % 100 == 7:
            said = random.choice(messages).replace("{name}", "some name")
            said = said.replace("{url}", f"https://h{number}.example:8443/a?c={number}")
        if number % 20 == 3:
            said = f"BNCH{random.randrange(CODES):05d} {said}"
        lines.append(
            f"2026-11-25T{number % 24:02}:00:{number % 59:02}Z web app[{number}]: {said}\n"
        )
        size += len(lines[-1])
    return "".join(lines)


def answer(page: Page, url: str, file: Path) -> tuple[float, float]:
    """Milliseconds until the answer, and the longest time that the page was busy at once."""
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    # Nobody has a log at hand sooner than this; the worker makes the matcher meanwhile.
    page.wait_for_timeout(1000)
    page.locator("#eb-log-files").set_input_files(file)
    page.wait_for_function("window.took")
    page.wait_for_timeout(300)
    took, busy = page.evaluate("[window.took, Math.max(0, ...window.busy)]")
    return took, busy


def main() -> None:
    random.seed(3)
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        file = folder / "app.log"
        file.write_text(log(make_book(folder / "book"), megabytes), encoding="utf-8")
        host = browser.Host({"127.0.0.1": (folder / "book/site", "/")})
        threading.Thread(target=host.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{host.server_address[1]}/en-US/errors/log/"
        launched = playwright.chromium.launch(
            executable_path=browser.chromium(), args=list(browser.ARGUMENTS)
        )
        times = [answer(launched.new_page(), url, file) for _ in range(RUNS)]
        host.shutdown()
    took, busy = zip(*times, strict=True)
    print(
        f"{megabytes:g} MB: {statistics.median(took):.0f} ms to the answer"
        f" ({', '.join(f'{ms:.0f}' for ms in took)}), busy {statistics.median(busy):.0f} ms at once"
    )


if __name__ == "__main__":
    main()
