"""Work that is killed before each of its operations on files in turn, until it gets through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# A child does the work and kills itself at the n-th event that touches the folder; the parent looks at what is left.
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
folder = Path(sys.argv[1])
{prepare}
EVENTS = {{"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "shutil.rmtree"}}
def child(moment):
    seen = 0
    def hook(event, arguments):
        nonlocal seen
        if event in EVENTS and any(str(folder) in str(a) for a in arguments):
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1
    sys.addaudithook(hook)
    work()
    os._exit(0)
moment = 0
while True:
    before()
    pid = os.fork()
    if pid == 0:
        child(moment)
    _, status = os.waitpid(pid, 0)
    look(moment)
    if not os.WIFSIGNALED(status):
        assert os.WEXITSTATUS(status) == 0
        break
    moment += 1
print(moment)
"""


def killed(prepare: str, folder: Path, seconds: float = 120) -> int:
    """Return at how many moments the work was killed.

    Args:
        prepare: Python text that defines `before()`, `work()` and `look(moment)`; it knows `folder` and `moment`.
        folder: what the work touches.
        seconds: how long all of it may take.
    """
    words = [sys.executable, "-c", KILLED.format(prepare=prepare), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=seconds)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
