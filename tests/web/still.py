"""The first page as static files on a server that knows nothing but files, and what is asked of a picture."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Boxes of texts in the picture that lie over each other by more than a pixel, and texts that leave the page sideways.
COLLISIONS = """() => {
  const texts = [...document.querySelectorAll('#chart text')].map(one => [one.textContent, one.getBoundingClientRect()])
    .filter(([text, box]) => text && box.width);
  const found = [];
  texts.forEach(([a, one], k) => texts.slice(k + 1).forEach(([b, two]) => {
    const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
    const high = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
    if (wide > 1 && high > 2) found.push(a + ' x ' + b);
  }));
  texts.forEach(([a, box]) => { if (box.left < -1 || box.right > innerWidth + 1) found.push(a + ' outside'); });
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page overflows');
  return found;
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def files(folder: Path) -> Iterator[str]:
    """Serve a folder; yield its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)
