"""Write the source of the documentation site: `python docs/site.py build/docs-source` (`make docs-site`).

The pages of docs/, the README and the glossary as they stand, and a reference page for every part of the library.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
LIBRARY = {
    "rm": ("The library", ["rechenmacht.faces.library"]),
    "domains": (
        "Questions by domain",
        [f"rechenmacht.{name}" for name in ("facts", "engine", "rules", "capital", "race", "uncertainty")],
    ),
    "answers": ("Questions and answers", ["rechenmacht.answers.question", "rechenmacht.answers.answer"]),
    "evidence": ("Evidence", ["rechenmacht.evidence.base", "rechenmacht.evidence.resolve"]),
    "race": ("The race", ["rechenmacht.runs", "rechenmacht.domains.uncertainty.ensemble"]),
}
OUTSIDE = ("GLOSSARY.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "DATA-ATTRIBUTION.md")


def write(target: Path) -> None:
    """Write the site's source into an empty or new folder."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(HERE, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(TOP / "decisions", target / "decisions")
    for name in OUTSIDE:
        (target / name).write_text((TOP / name).read_text(encoding="utf-8"), encoding="utf-8")
    (target / "index.md").write_text((TOP / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    for notebook in sorted((target / "notebooks").glob("*.ipynb")):
        _as_page(notebook)
    for page in [*target.rglob("*.md")]:
        page.write_text(_linked(page, target), encoding="utf-8")
    reference = target / "reference"
    reference.mkdir()
    for name, (title, modules) in LIBRARY.items():
        known = [module for module in modules if (TOP / (module.replace(".", "/") + ".py")).exists()]
        body = "\n\n".join(f"::: {module}" for module in known)
        (reference / f"{name}.md").write_text(f"# {title}\n\n{body}\n", encoding="utf-8")


def _as_page(notebook: Path) -> None:
    """Write a notebook, with what its cells printed and drew, as a page beside its charts."""
    parts = []
    for number, cell in enumerate(json.loads(notebook.read_text(encoding="utf-8"))["cells"]):
        text = "".join(cell["source"])
        parts.append(text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```")
        for output in cell.get("outputs", ()):
            drawn = "".join(output.get("data", {}).get("image/svg+xml", ()))
            if drawn:
                chart = notebook.with_name(f"{notebook.stem}-{number}.svg")
                chart.write_text(drawn, encoding="utf-8")
                parts.append(f"![Chart of the cell above]({chart.name})")
            elif output["output_type"] == "stream":
                parts.append(f"```text\n{''.join(output['text']).rstrip()}\n```")
    parts.append(f"[The notebook]({notebook.name})")
    notebook.with_suffix(".md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _linked(page: Path, target: Path) -> str:
    """Return a page whose links fit the site: README's and the glossary's places move, code is named without a link."""
    text = page.read_text(encoding="utf-8")
    depth = "../" * len(page.relative_to(target).parents[:-1])
    if page.name == "index.md":
        text = text.replace("](docs/", "](")
    for name in (*OUTSIDE, "decisions"):
        text = re.sub(rf"\]\((?:\.\./)+{re.escape(name)}", f"]({depth}{name}", text)
    text = re.sub(r"\]\((?:\.\./)*(?:docs/)", f"]({depth}", text) if page.name in OUTSIDE else text
    return re.sub(r"\[([^\]]+)\]\((?:\.\./)*(?:rechenmacht|playground|tests|bench|deploy|LICENSE)[^)]*\)", r"\1", text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
