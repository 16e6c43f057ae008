"""The compiled reader beside the plain one: the same answers, byte for byte, and the ratio of their CPU seconds.

Compiles the reader where that has not been done, then reads the articles of bench/reader.py (12, each once), the test
sentences and claims of the base rendered in every pattern, both languages, true and doubled, in a process each.

Run: PYTHONPATH=.:tests/reader python bench/reader_compiled.py [claims]
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time

import reader as bench

from rechenmacht.domains.reader import compiled, compiling
from rechenmacht.evidence.base import load


def texts(base: object, count: int) -> list[str]:
    import phrases
    import rendering

    from rechenmacht.domains.reader.records import Records

    records = Records(base)
    claims = rendering.keyed(rendering.renderable(base), "compiled", count)
    found = [*bench.articles()[:12], *(text for _, text, _ in phrases.PHRASES)]
    return found + [
        rendering.sentence(base, records, claim, pattern, lang, factor=factor).text
        for claim in claims
        for pattern in range(6)
        for lang in ("en", "de")
        for factor in (1.0, 2.0)
    ]


def answer(count: int) -> None:
    """Print the hash of all answers, the CPU seconds of reading, and whether the reader was the compiled one."""
    from rechenmacht.domains.reader import Reader

    base = load()
    reader, read = Reader(base), texts(base, count)
    reader.read(read[0])
    start, found = time.process_time(), hashlib.sha256()
    for text in read:
        found.update(repr(reader.read(text)).encode())
    seconds = time.process_time() - start
    print(json.dumps([found.hexdigest(), seconds, compiled.used(), len(read)]))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    if sys.argv[2:] == ["answer"]:
        return answer(count)
    compiling.make()
    rows = []
    for how in (compiled.PLAIN, ""):
        env = {**os.environ, compiled.VARIABLE: how, "PYTHONHASHSEED": "0"}
        command = [sys.executable, __file__, str(count), "answer"]
        rows.append(json.loads(subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout))
    plain, native = rows
    print(json.dumps({
        "texts": plain[3], "the_same": plain[0] == native[0], "compiled": [plain[2], native[2]],
        "plain_seconds": round(plain[1], 2), "compiled_seconds": round(native[1], 2),
        "ratio": round(plain[1] / native[1], 2),
    }, indent=1))  # fmt: skip
    return None


if __name__ == "__main__":
    main()
