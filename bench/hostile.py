"""What must hold when the callers of `rechenmacht serve` are hostile, many, or slow; loopback only.

python bench/hostile.py [part ...]; parts: slow, streams, mixed, simulate, fifty, readers, first, locked, killed, full; all by default.
Each starts a server of its own and prints one JSON line of figures. `full` needs to be root (a small tmpfs).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def free() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


PORT = free()  # of this process: several may measure at once
HOME = f"http://127.0.0.1:{PORT}/api/v1"
FREE = {"requests_per_second": 100_000, "burst": 100_000}


class Server:
    """A server, its log and its process."""

    def __init__(self, folder: Path, handles: int = 0, wait: bool = True, **settings: Any) -> None:
        told = {"database": str(folder / "serve.sqlite"), **settings}
        config = folder / "serve.toml"
        config.write_text("\n".join(f"{name} = {json.dumps(value)}" for name, value in told.items()))
        words = f"ulimit -n {handles}; exec " if handles else "exec "
        words += f'"{sys.executable}" -m rechenmacht serve --port {PORT} --config {config}'
        self.log = folder / "log"
        self.began = time.perf_counter()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(["bash", "-c", words], stdout=log, stderr=log)
        while "http" not in self.log.read_text():
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.02)
        self.up = time.perf_counter()
        if wait:
            ask("health")

    def memory(self) -> float:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]

    def cpu(self) -> float:
        """Seconds of processor time that the server itself has taken."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def server(**settings: Any) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        made = Server(Path(folder), **settings)
        try:
            yield made
        finally:
            made.process.terminate()
            made.process.wait(20)


def ask(path: str, body: Any = None, method: str = "", timeout: float = 60, **headers: str) -> tuple[int, Any, float]:
    """Return status, answer and seconds."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310
        f"{HOME}/{path}", data, {"content-type": "application/json", **headers}, method=method or None
    )
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            text, status = answer.read(), answer.status
    except urllib.error.HTTPError as error:
        text, status = error.read(), error.code
    return status, json.loads(text) if text else None, time.perf_counter() - began


def high(values: list[float], share: float = 0.95) -> float:
    return round(sorted(values)[int(share * (len(values) - 1))], 3)


def slow() -> dict[str, Any]:
    """300 half-sent requests with 220 file handles."""
    with server(handles=220) as one:
        half = []
        for _ in range(300):
            with contextlib.suppress(OSError):
                peer = socket.create_connection(("127.0.0.1", PORT), timeout=2)
                peer.sendall(b"POST /api/v1/simulate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\nX-Half: ")
                half.append(peer)
        began = time.perf_counter()
        answered = [ask("health", timeout=10)[2] for _ in range(20)]
        left = list(half)
        while left and time.perf_counter() - began < 40:
            for peer in list(left):
                peer.setblocking(False)
                try:
                    if not peer.recv(65536):
                        left.remove(peer)
                except BlockingIOError:
                    continue
                except OSError:
                    left.remove(peer)
            time.sleep(0.1)
        closed = time.perf_counter() - began
        for peer in half:
            peer.close()
        return {"opened": len(half), "others_slowest_s": round(max(answered), 3), "all_closed_after_s": round(closed, 1),
                "left": len(left), "log_bytes": one.log.stat().st_size}  # fmt: skip


def streams() -> dict[str, Any]:
    """200 open streams of one client; a second client asks for chips, rules and a simulation."""
    calls: dict[str, Callable[[int], tuple[int, Any, float]]] = {
        "chips": lambda n: ask("chips?q=h100"), "rules": lambda n: ask("rules/status?chip=h20&to=CN"),
        "simulate": lambda n: ask("simulate", {"draws": 1000, "seed": 5 + n}),
    }  # fmt: skip
    with server(**FREE) as one:
        before = {name: round(max(call(100 + n)[2] for n in range(2)), 2) for name, call in calls.items()}
        body = json.dumps({"draws": 200_000}).encode()
        head = "POST /api/v1/simulate/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        peers, kinds = [], Counter[str]()
        for _ in range(200):
            peer = socket.socket()
            peer.bind(("127.0.0.2", 0))  # a client of its own
            with contextlib.suppress(OSError):
                peer.connect(("127.0.0.1", PORT))
                peer.sendall(head.encode() + body)
            peers.append(peer)
        time.sleep(1)
        found: dict[str, list[float]] = {"chips": [], "rules": [], "simulate": []}
        for number in range(6):
            for name, call in calls.items():
                status, _, seconds = call(number)
                assert status == 200, (name, status)
                found[name].append(seconds)
        for peer in peers:
            peer.setblocking(False)
            try:
                kinds[peer.recv(12).decode()[9:12] or "closed"] += 1
            except OSError:
                kinds["waiting"] += 1
            peer.close()
        time.sleep(1)
        text = one.log.read_text()
        return {"streams": dict(kinds), "before_s": before, "slowest_s": {name: round(max(times), 2) for name, times in found.items()},
                "tracebacks": text.count("Traceback"), "log_bytes": len(text)}  # fmt: skip


def mixed(seconds: float = 120) -> dict[str, Any]:
    """Mixed load of 8 clients."""
    article = "The H100 has 80 GB of memory. OpenAI pays 300 billion dollars over five years. " * 40
    calls: tuple[Callable[[int], tuple[int, Any, float]], ...] = (
        lambda n: ask("simulate", {"draws": 500, "seed": n % 1000}), lambda n: ask("chips?q=h100"),
        lambda n: ask("rules/status?chip=h20&to=CN"), lambda n: ask("facts?q=nvidia&limit=50"),
        lambda n: ask("check", {"text": article + str(n)}), lambda n: ask("capital/network"),
        lambda n: ask("engine/compare", {"a": "cloudmatrix-384", "b": "gb200-nvl72"}),
        lambda n: ask("workspaces"), lambda n: ask("answers/rules/best"), lambda n: ask("charts/plane?to=CN"),
    )  # fmt: skip
    kinds, times, lock = Counter[int](), list[float](), threading.Lock()
    with server(**FREE) as one:
        end, memory = time.perf_counter() + seconds, [one.memory()]

        def client(who: int) -> None:
            number = who
            while time.perf_counter() < end:
                status, _, spent = calls[number % len(calls)](number)
                with lock:
                    kinds[status] += 1
                    times.append(spent)
                number += 1

        threads = [threading.Thread(target=client, args=(who,)) for who in range(8)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(seconds / 10)
            memory.append(one.memory())
        return {"requests": sum(kinds.values()), "status": dict(kinds), "p95_s": high(times),
                "memory_mib": [round(x) for x in memory], "tracebacks": one.log.read_text().count("Traceback")}  # fmt: skip


def simulate(clients: int = 20, each: int = 15) -> dict[str, Any]:
    """20 clients on simulate, each asking something else every time; processor time does not depend on who else works."""
    times, kinds, lock = list[float](), Counter[int](), threading.Lock()
    with server(**FREE) as one:
        backend, before = ask("health")[1]["backend"], one.cpu()

        def client(who: int) -> None:
            for number in range(each):
                share = (who * each + number) / (clients * each)
                asked = {
                    "draws": 1000,
                    "outcomes": ["installed|h100e_8bit"],
                    "set": {"export_controls.enforcement": share},
                }
                status, _, spent = ask("simulate", asked)
                with lock:
                    times.append(spent)
                    kinds[status] += 1

        threads = [threading.Thread(target=client, args=(who,)) for who in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {"clients": clients, "p50_s": high(times, 0.5), "p95_s": high(times), "status": dict(kinds),
                "backend": backend, "cpu_ms_each": round(1000 * (one.cpu() - before) / len(times))}  # fmt: skip


def fifty() -> dict[str, Any]:
    """50 connections without a pause, each asking something else every time, as wrk does in bench/web.py."""
    return simulate(50, 6)


def readers(clients: int = 50, each: int = 20) -> dict[str, Any]:
    """50 connections without a pause on what the pages ask a server, whose levers compute in the browser."""
    home, times, kinds = HOME.removesuffix("/api/v1"), list[float](), Counter[int]()
    paths = ("/", "/de/", "/api/v1/levers", "/api/v1/chips?q=h100", "/api/v1/rules/status?chip=h20&to=CN", "/capital",
             "/api/v1/facts?q=nvidia&limit=50", "/api/v1/capital/network", "/rules", "/api/v1/charts/plane?to=CN")  # fmt: skip
    with server(**FREE):
        for path in paths:
            urllib.request.urlopen(home + path, timeout=60).close()  # noqa: S310

        def client(who: int) -> None:
            for number in range(each):
                began = time.perf_counter()
                with urllib.request.urlopen(home + paths[(who + number) % len(paths)], timeout=60) as answer:  # noqa: S310
                    answer.read()
                times.append(time.perf_counter() - began)
                kinds[answer.status] += 1

        threads = [threading.Thread(target=client, args=(who,)) for who in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {"clients": clients, "p50_s": high(times, 0.5), "p95_s": high(times), "status": dict(kinds)}


def first() -> dict[str, Any]:
    """The first answer after a server that has run before says that it is there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = Server(folder, **FREE)
        before.process.terminate()
        before.process.wait(20)
        one = Server(folder, wait=False, **FREE)
        status, _, spent = ask("simulate", {"draws": 1000, "set": {"export_controls.enforcement": 0.5}})
        one.process.terminate()
        one.process.wait(20)
        return {"status": status, "until_up_s": round(one.up - one.began, 2), "first_answer_s": round(spent, 3)}


def locked(seconds: float = 60) -> dict[str, Any]:
    """The database is locked by another for a minute: pages answer, savers are told."""
    with server(**FREE) as one:
        place = re.search(r'database = "(.*)"', (one.log.parent / "serve.toml").read_text())[1]  # type: ignore[index]
        folder = ask("workspaces", {"name": "w"})[1]["workspace"]["id"]
        kept = ask(f"workspaces/{folder}/scenarios", {"name": "kept"})
        other = sqlite3.connect(place, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        end, saves, pages, reads = time.perf_counter() + seconds, Counter[int](), list[float](), Counter[int]()
        said = ""

        def save() -> None:
            nonlocal said
            while time.perf_counter() < end:
                status, answer, _ = ask(f"workspaces/{folder}/scenarios", {"name": "x"})
                saves[status] += 1
                said = answer.get("detail", "")

        threads = [threading.Thread(target=save) for _ in range(12)]
        for thread in threads:
            thread.start()
        while time.perf_counter() < end:
            pages.append(ask("outcomes")[2])
            reads[ask(f"workspaces/{folder}/scenarios/{kept[1]['scenario']['id']}")[0]] += 1
            time.sleep(0.2)
        for thread in threads:
            thread.join()
        other.execute("ROLLBACK")
        other.close()
        rows = ask(f"workspaces/{folder}/scenarios")[1]["scenarios"]
        return {"saves": dict(saves), "said": said, "slowest_page_s": round(max(pages), 2), "reads": dict(reads),
                "kept": [row["name"] for row in rows], "tracebacks": one.log.read_text().count("Traceback")}  # fmt: skip


def killed(saves: int = 50) -> dict[str, Any]:
    """The server is killed (-9) during 50 saves, again and again: nothing that was confirmed is lost."""
    lost, confirmed, rounds = 0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        while confirmed < saves and rounds < 8:
            one, done = Server(folder, **FREE), list[str]()
            rounds += 1
            place = ask("workspaces", {"name": "w"})[1]["workspace"]["id"]

            def save(place: str = place, done: list[str] = done) -> None:
                with contextlib.suppress(OSError, ValueError):
                    while True:
                        status, answer, _ = ask(f"workspaces/{place}/scenarios", {"name": "x"})
                        if status == 201:
                            done.append(answer["scenario"]["id"])

            threads = [threading.Thread(target=save, daemon=True) for _ in range(5)]
            for thread in threads:
                thread.start()
            while len(done) < saves // 3:
                time.sleep(0.005)
            os.kill(one.process.pid, signal.SIGKILL)
            one.process.wait()
            for thread in threads:
                thread.join(10)
            again = Server(folder, **FREE)
            kept = {row["id"] for row in ask(f"workspaces/{place}/scenarios?limit=500")[1]["scenarios"]}
            lost += len(set(done) - kept)
            confirmed += len(done)
            again.process.terminate()
            again.process.wait(20)
    return {"killed": rounds, "confirmed": confirmed, "lost": lost}


def full() -> dict[str, Any]:
    """The disk of the database is full: 507 in one line, nothing confirmed is lost, room can be made again."""
    with tempfile.TemporaryDirectory() as name:
        disk = Path(name) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=True)
        try:
            one = Server(Path(name), database=str(disk / "serve.sqlite"), saved_bytes=10**9, **FREE)
            folder = ask("workspaces", {"name": "w"})[1]["workspace"]["id"]
            kinds, kept, said = Counter[int](), list[str](), ""
            for number in range(400):
                status, answer, _ = ask(f"workspaces/{folder}/scenarios", {"name": f"v{number}", "note": "x" * 4000})
                kinds[status] += 1
                if status == 201:
                    kept.append(answer["scenario"]["id"])
                else:
                    said = answer["detail"]
                if kinds[507] > 20:
                    break
            there = set[str]()
            for offset in range(0, 1000, 200):
                rows = ask(f"workspaces/{folder}/scenarios?offset={offset}")[1]["scenarios"]
                there |= {row["id"] for row in rows}
            pages = ask("outcomes")[0]
            subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
            after = ask(f"workspaces/{folder}/scenarios", {"name": "after"})[0]
            log = one.log.read_text()
            one.process.terminate()
            one.process.wait(20)
            return {"status": dict(kinds), "said": said, "lost": len(set(kept) - there), "pages": pages,
                    "after_room": after, "tracebacks": log.count("Traceback")}  # fmt: skip
        finally:
            subprocess.run(["umount", str(disk)], check=False)


PARTS = {one.__name__: one for one in (slow, streams, mixed, simulate, fifty, readers, first, locked, killed, full)}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        print(json.dumps({"part": name, **PARTS[name]()}), flush=True)


if __name__ == "__main__":
    main()
