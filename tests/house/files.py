"""What the files of the repository may not say: machine paths, registry addresses, golden results as validation."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

# Put together so that this file does not find itself.
MACHINE = re.compile(
    r"(?<![\w.:/~*-])/(?:"
    + "|".join(("home", "Users", "work", "root", "mnt", "tmp", "private"))
    + r")/\w|[A-Z]:\\Users"
)
REGISTRY = re.compile(r"https?://|index-url|find-links|trusted-host|^-[if] |\s@\s", re.MULTILINE)
GOLDEN = re.compile("golden", re.IGNORECASE)
COMMAND = re.compile(r"^(?:.*`|\s*)make ([a-z-]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def repository_files(root: Path) -> list[Path]:
    """Return the files under version control and those that would be; every file where there is no git."""
    ask = ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(ask, capture_output=True, check=True, text=True).stdout.split("\0")
        return [root / name for name in listed if name and (root / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        made = {"report", "build", "dist", "__pycache__"}
        paths = (path for path in sorted(root.rglob("*")) if path.is_file())
        return [p for p in paths if not any(x in made or x.startswith(".") for x in p.relative_to(root).parts)]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def machine_paths(root: Path) -> list[str]:
    """Find lines that name a path of somebody's machine."""
    found = []
    for path in repository_files(root):
        for number, line in enumerate(_text(path).splitlines(), start=1):
            match = MACHINE.search(line)
            if match:
                found.append(f"{path.relative_to(root).as_posix()}:{number}: {match.group()}")
    return found


def registry_addresses(lock: Path) -> list[str]:
    """Find lines of the lock file that name a registry or a direct address, and pins without a hash."""
    text = lock.read_text(encoding="utf-8")
    found = [f"{lock.name}: {match.group().strip()}" for match in REGISTRY.finditer(text)]
    pins = re.split(r"\n(?=[A-Za-z0-9])", text)
    return found + [
        f"{lock.name}: {pin.split()[0]} has no hash" for pin in pins if "==" in pin and "--hash=" not in pin
    ]


def golden_as_validation(root: Path) -> list[str]:
    """Find tests that compare with outside results and yet speak of golden results, which are rewritten to pass."""
    folder = root / "tests" / "validation"
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [
        f"{path.relative_to(root).as_posix()}: speaks of golden results" for path in paths if GOLDEN.search(_text(path))
    ]


def broken_links(root: Path) -> list[str]:
    """Find links of the documents to files that do not exist."""
    pages = [path for path in repository_files(root) if path.suffix == ".md"]
    return [
        f"{page.relative_to(root).as_posix()}: {target}"
        for page in pages
        for target in LINK.findall(_text(page))
        if not (page.parent / target).exists()
    ]


def missing_targets(root: Path) -> list[str]:
    """Find `make` commands in the documents that the Makefile does not know."""
    known = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    pages = [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]
    named = {(page.name, match[1]) for page in pages for match in COMMAND.finditer(_text(page))}
    return [f"{page}: make {target}" for page, target in sorted(named) if target not in known]
