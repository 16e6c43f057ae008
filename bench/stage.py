"""The first page in headless Chromium: every lever at both ends, and lever to picture. `python bench/stage.py [moves]`.

Needs Chromium and the built pages; nothing is asked of the network once the page is loaded.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "web"))

from playwright.sync_api import sync_playwright
from still import files

from rechenmacht.evidence.base import load
from rechenmacht.outputs.stage import page

LEAST = 8  # pixels that a lever's end must move a line by, in the view of changes

# One key press on a slider: milliseconds to the picture in the document and to the frame after it.
MOVE = """async ([key, by]) => {
  const one = document.getElementById(key), before = +document.body.dataset.updates;
  const began = performance.now();
  one.value = +one.value + by;
  one.dispatchEvent(new Event('input')); one.dispatchEvent(new Event('change'));
  const first = await new Promise(resolve => {
    const look = () => performance.getEntriesByType('mark').some(mark => (mark.name === 'preview' || mark.name === 'picture')
      && mark.startTime >= began) ? resolve(performance.now() - began) : setTimeout(look, 1);
    look();
  });
  while (+document.body.dataset.updates === before) await new Promise(resolve => setTimeout(resolve, 1));
  return [first, performance.now() - began];
}"""
HEIGHT = """() => Math.max(...[...document.querySelectorAll('#chart .median')].map(one => one.getBBox().height))"""


def settled(tab: Any, act: Any) -> None:
    """Do something and wait for the whole picture after it."""
    before = int(tab.get_attribute("body", "data-updates") or 0)
    act()
    tab.wait_for_function(f"+document.body.dataset.updates > {before}", timeout=120_000)


def levers(tab: Any, address: str) -> None:
    """Push each lever to both ends and say which moves neither sentence nor picture."""
    tab.goto(address)
    tab.wait_for_function("+document.body.dataset.updates > 0", timeout=120_000)
    rows = tab.evaluate(
        "fetch(document.getElementById('data-model').href).then(one => one.json())"
        ".then(found => found.levers.map(one => [one.name, one.acts[0], one.ends]))"
    )
    faults = []
    for name, (outcome, line), ends in rows:
        kind = "shift" if tab.locator(f".lever[data-name='{name}']").count() and ends[0] != ends[1] else "set"
        for value in {ends[0], ends[2]} - {ends[1]}:
            tab.goto(f"{address}?outcome={outcome}&region={line}&view=change&year=2035&{kind}={name}={value}")
            tab.wait_for_function("+document.body.dataset.updates > 0", timeout=120_000)
            moved, said = tab.evaluate(HEIGHT), tab.inner_text("#says")
            if tab.locator("#refused").is_visible() or moved < LEAST or "no effect" in said:
                faults.append((name, value, moved, said))
    print(f"{len(rows)} levers, {len(faults)} ends that move too little")
    for fault in faults:
        print(*fault)


def latency(tab: Any, address: str, moves: int) -> None:
    """Print how long a picture takes after a lever moved: the preview, and all draws."""
    tab.goto(address)
    tab.wait_for_function("+document.body.dataset.updates > 0", timeout=120_000)
    time.sleep(40)  # until what is counted in the background is done
    found = []
    for k in range(moves):
        tab.evaluate("performance.clearMarks()")
        found.append(tab.evaluate(MOVE, ["l-export_controls.smuggled_share", 30 if k % 2 else -30]))
        time.sleep(0.2)
    for name, values in zip(("first picture", "all draws"), zip(*found, strict=True), strict=True):
        ordered = sorted(values)
        print(f"{name}: p50 {ordered[len(ordered) // 2]:.0f} ms, p95 {ordered[int(0.95 * len(ordered))]:.0f} ms")


def main() -> None:
    """Measure."""
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as found:
        page.write(Path(folder), load())
        with files(Path(folder)) as address:
            path = shutil.which("chromium") or shutil.which("google-chrome")
            tab = found.chromium.launch(executable_path=path, args=["--no-sandbox"]).new_page(
                viewport={"width": 1400, "height": 900}
            )
            latency(tab, f"{address}/", moves)
            if "--levers" in sys.argv:
                levers(tab, f"{address}/")


if __name__ == "__main__":
    main()
