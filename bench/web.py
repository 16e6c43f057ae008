"""The server under load: one caller moving a lever, a lever in a browser, then many callers with wrk; loopback only.

python bench/web.py [seconds]; prints JSON lines: p50 and p95 of lever to answer and the backend; of lever to picture in
Chromium with the largest contentful paint and the bytes of a first load; errors, p95 and memory of 50 connections that
all ask something else without a pause. wrk and chromium are Debian packages; without one its part is left out.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PORT = 8765
HOME = f"http://127.0.0.1:{PORT}/api/v1"
SCRIPT = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
local threads = 0
setup = function(thread)
  threads = threads + 1
  thread:set("k", threads * 333000)
end
request = function()
  k = k + 1
  local v = (k * 7919 % 1000003) / 1000003
  local set = '{"export_controls.enforcement":' .. v .. '}'
  return wrk.format(nil, nil, nil, '{"draws":1000,"outcomes":OUTCOMES,"set":' .. set .. '}')
end
done = function(summary, latency)
  io.write(string.format("p50 %.1f p95 %.1f errors %d non2xx %d requests %d\\n", latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, summary.errors.connect + summary.errors.read + summary.errors.write +
    summary.errors.timeout, summary.errors.status, summary.requests))
end
"""


SHOWN = [
    "installed|h100e_8bit", "power_connected", "firms_using_ai", "measure|stack", "virtual_workers", "frontier_gap",
]  # fmt: skip


def ask(path: str, body: dict | None = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{HOME}/{path}", data, {"content-type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        found: dict = json.load(answer)
    return found


def resident(process: int) -> float:
    text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


def percentile(values: list[float], share: float) -> float:
    return round(sorted(values)[int(share * (len(values) - 1))], 1)


def browser() -> dict[str, object] | None:
    """Move a lever forty times in a browser and note how long the picture takes to follow."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    paint = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
        .observe({type: 'largest-contentful-paint', buffered: true}))"""
    bytes_of = "() => performance.getEntries().filter(e => e.encodedBodySize).map(e => [e.name, e.encodedBodySize])"
    with sync_playwright() as found:
        tab = found.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page(
            viewport={"width": 1400, "height": 1000}
        )
        tab.goto(HOME.removesuffix("api/v1"))
        while not tab.get_attribute("body", "data-updates"):
            time.sleep(0.1)
        time.sleep(2)
        loaded = tab.evaluate(bytes_of)
        largest = tab.evaluate(paint)
        lever = tab.locator("[id='l-export_controls.enforcement']")
        lever.focus()
        times = []
        for _ in range(40):
            count = tab.get_attribute("body", "data-updates")
            tab.keyboard.press("ArrowRight")
            while tab.get_attribute("body", "data-updates") == count:
                time.sleep(0.01)
            times.append(float(tab.get_attribute("body", "data-picture") or "nan"))
            time.sleep(0.1)
        own = sum(size for name, size in loaded if "vega-" not in name)
        library = sum(size for name, size in loaded if "vega-" in name)
        return {
            "picture_p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95),
            "largest_contentful_paint_ms": round(largest), "first_load_kb": round(own / 1000, 1),
            "chart_library_kb": round(library / 1000, 1),
        }  # fmt: skip


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    settings = {"requests_per_second": 100000, "burst": 100000, "waiting": 1000, "seconds": 60}
    with tempfile.NamedTemporaryFile("w", suffix=".toml", delete=False) as file:
        file.write("\n".join(f"{name} = {value}" for name, value in settings.items()))
    tool = Path(sys.executable).parent / "rechenmacht"
    server = subprocess.Popen([str(tool), "serve", "--port", str(PORT), "--config", file.name])
    try:
        until = time.monotonic() + 300
        while time.monotonic() < until:
            time.sleep(1)
            try:
                if ask("health")["backend"] == "kernel":
                    break
            except OSError:
                continue
        times, inside = [], []
        for k in range(100):
            began = time.perf_counter()
            found = ask("simulate", {"draws": 1000, "set": {"export_controls.enforcement": k / 100}, "outcomes": SHOWN})
            times.append((time.perf_counter() - began) * 1000)
            inside.append(found["server_ms"])
        line = {"one_caller_p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95)}
        print(json.dumps(line | {"server_p95_ms": percentile(inside, 0.95), "backend": found["backend"]}), flush=True)
        print(json.dumps(browser()), flush=True)
        if shutil.which("wrk") is None:
            return
        memory = [round(resident(server.pid))]
        with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
            script.write(SCRIPT.replace("OUTCOMES", json.dumps(SHOWN)))
        words = ["wrk", "-t2", "-c50", f"-d{seconds}s", "--timeout", "30s", "-s", script.name, f"{HOME}/simulate"]
        load = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        while load.poll() is None:  # memory every tenth of the run: it must not go on growing
            time.sleep(seconds / 10)
            memory.append(round(resident(server.pid)))
        last = next(row for row in (load.stdout or []) if row.startswith("p50"))
        print(json.dumps({"fifty_connections": last.strip(), "mib": memory}), flush=True)
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
