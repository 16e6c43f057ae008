"""The server under load: one caller moving a lever, then many with wrk, on loopback only.

python bench/web.py [seconds]; prints JSON lines: p50 and p95 of lever to answer and the backend, then errors, p95 and
memory of 50 connections. wrk is a Debian package; without it only the first part runs.
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
local k = math.random(1000000)
request = function()
  k = k + 1
  local v = (k * 7919 % 1000) / 1000
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
                if ask("health")["backend"] == "fast":
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
        if shutil.which("wrk") is None:
            return
        before = resident(server.pid)
        with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
            script.write(SCRIPT.replace("OUTCOMES", json.dumps(SHOWN)))
        words = ["wrk", "-t2", "-c50", f"-d{seconds}s", "--timeout", "30s", "-s", script.name, f"{HOME}/simulate"]
        out = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        last = next(row for row in out.splitlines() if row.startswith("p50"))
        print(
            json.dumps(
                {"fifty_connections": last, "mib_before": round(before), "mib_after": round(resident(server.pid))}
            )
        )
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
