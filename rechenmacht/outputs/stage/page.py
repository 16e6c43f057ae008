"""The first page as files: HTML in two languages with the first picture in it, texts, numbers, kernel, script, style.

All addresses are relative, so the files work under any path of any server. Where numbers or scripts change, so do the
names of their files; they may be cached for good.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from rechenmacht import __version__
from rechenmacht.dates import span
from rechenmacht.domains.race.axes import LAST_OBSERVED
from rechenmacht.domains.race.backends.files import WASM
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.faces import theme
from rechenmacht.faces.language import LANGUAGES, Language, language
from rechenmacht.outputs.stage import computed, levers, model, picture
from rechenmacht.outputs.stage.families import families, line_names, name_of
from rechenmacht.outputs.stage.numbers import numbers

HERE = Path(__file__).parent
BUILT = HERE / "built"
ENTRY, EARLY = "src/stage/main.ts", "src/stage/early.ts"
FOLDER = "stage"  # of the files, beside index.html
HOMES = {"en": "", "de": "de/"}
Links = Sequence[tuple[str, str, bool]]  # name, address, whether it is this page


def address(code: str) -> str:
    """Return where a language's page stands below the folder: `index.html` or `de/index.html`."""
    return f"{HOMES[code]}index.html"


def _named(stem: str, suffix: str, content: bytes) -> str:
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}{suffix}"


def _packed() -> bytes:
    """Return the kernel for pages: as it was packed when it was built, if that is the one that runs here."""
    content, packed = WASM.read_bytes(), WASM.with_suffix(".wasm.gz")
    with contextlib.suppress(OSError, EOFError, zlib.error):
        found = packed.read_bytes()
        if gzip.decompress(found) == content:
            return found
    return gzip.compress(content, 9, mtime=0)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


class Stage:
    """The first page of a fact base.

    Args:
        base: the fact base.

    Raises:
        BadInput: if the script is not built, or the kernel is missing or older than the equations.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        manifest = BUILT / "manifest.json"
        if not manifest.is_file():
            raise BadInput("the first page's script is not built (make web)")
        self.manifest: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        self.reference = computed.reference(base)
        why = computed.ready(self.reference)
        if why:
            raise BadInput(f"the first page needs the kernel: {why}")

    @cached_property
    def found(self) -> dict[str, Any]:
        """What was computed before: the reference's bands, the levers and their order."""
        return computed.computed(self.base, self.reference)

    @cached_property
    def data(self) -> dict[str, tuple[str, bytes]]:
        """What the script reads, by name: the file's name and content."""
        wasm = _packed()
        plain = _json(numbers(self.reference, frozenset(self.found["late"])))
        made = {"kernel": (_named("kernel", ".bin", wasm), wasm), "numbers": (_named("numbers", ".json", plain), plain)}
        for code in LANGUAGES:
            words = language(code)
            labels = _json(model.labels(self.base, words, self.reference))
            made[f"labels-{code}"] = (_named(f"labels-{code}", ".json", labels), labels)
            text = _json({**model.content(self.base, words, self.found), "labels": made[f"labels-{code}"][0]})
            made[f"model-{code}"] = (_named(f"model-{code}", ".json", text), text)
        return made

    @cached_property
    def files(self) -> dict[str, bytes]:
        """All files of the folder `stage` by name."""
        made = dict(self.data.values())
        made |= {
            path.name: path.read_bytes()
            for path in sorted(BUILT.iterdir())
            if path.is_file() and path.name not in {"manifest.json", "computed.json"}
        }
        made["colours.css"] = colours().encode()
        return made

    def html(
        self, code: str, links: Links = (), head: str = "", footer: str = "", save: str = "", home: str = ""
    ) -> str:
        """Return the page in a language.

        Args:
            code: the language.
            links: what its navigation names.
            head: further HTML for its head.
            footer: HTML of its footer.
            save: the address of the page that saves a view, where a server has one.
            home: where its name leads; the navigation's first page, if none is given.
        """
        words = language(code)
        environment = Environment(
            loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        other = next(one for one in HOMES if one != code)
        entry = self.manifest[ENTRY]
        up = "../" if HOMES[code] else ""
        data = {"kernel": self.data["kernel"][0], "numbers": self.data["numbers"][0]}
        return environment.get_template("page.html.j2").render(
            t=words.text,
            lang=code,
            files=f"{up}{FOLDER}/",
            theme=self.manifest[EARLY]["file"],
            style=entry["css"][0],
            script=entry["file"],
            data={**data, "model": self.data[f"model-{code}"][0]},
            home=home or (links[0][1] if links else "./"),
            other=f"{up}{HOMES[other]}" or "./",
            other_code=other,
            links=links,
            save=save,
            head=Markup(head),  # noqa: S704 - made by this package
            footer=Markup(footer),  # noqa: S704 - made by this package
            **self._first(words),
        )

    def _first(self, words: Language) -> Mapping[str, Any]:
        """Return the first picture and what stands around it."""
        family = next(one for one in families() if one.id == levers.FIRST)
        line, year = levers.LINE, levers.START
        names = line_names(words)
        bands = self.found["first"][list(family.lines).index(line)]
        unit = words.text(f"stage.unit.{family.unit}")
        until = words.date(span(LAST_OBSERVED)[1].isoformat())
        at = 4 * (year - 2022) + 3
        text = picture.said(words, names[line][0], year, bands[at], unit)
        alt = f"{name_of(words, family)}. {text}"
        drawn = [
            Markup(picture.svg(words, bands, names[line][2], names[line][0], alt, box, year))  # noqa: S704 - own SVG
            for box in (picture.WIDE, picture.SMALL)
        ]
        shown = [(key, names[key][0], names[key][2], key == line) for key in family.lines]
        return {
            "name": name_of(words, family),
            "unit": f"{unit} · {words.text('stage.bands')}",
            "lines": [*shown, ("all", words.text("stage.all"), "ink", False)],
            "wide": drawn[0],
            "small": drawn[1],
            "said": text,
            "year": year,
            "until": until,
            "source": words.text(
                "stage.source", version=__version__, checksum=self.base.checksum[:12], until=until,
                draws=words.number(computed.DRAWS, 6), seed=computed.SEED,
            ),
        }  # fmt: skip


def colours() -> str:
    """Return the roles' colours as CSS variables: the system's theme, or the one a reader chose."""
    light, dark = (f"color-scheme:{one};{theme.css_variables(one)}" for one in ("light", "dark"))
    return (
        f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f":root[data-theme=light]{{{light}}}\n:root[data-theme=dark]{{{dark}}}\n"
    )


def write(
    folder: Path, base: Base, links: Mapping[str, Links] | None = None, head: Mapping[str, str] | None = None,
    footer: Mapping[str, str] | None = None, home: Mapping[str, str] | None = None,
) -> list[Path]:  # fmt: skip
    """Write the page into a folder of static files: index.html, de/index.html and stage/.

    Args:
        folder: where to; it is made.
        base: the fact base.
        links: what the navigation names, by language; addresses relative to the page.
        head: further HTML for the head, by language.
        footer: HTML of the footer, by language.
        home: where the page's name leads, by language.

    Returns:
        The files written.

    Raises:
        BadInput: if the script is not built, or the kernel is missing or older than the equations.
    """
    stage = Stage(base)
    wanted = {f"{FOLDER}/{name}": content for name, content in stage.files.items()}
    for code in LANGUAGES:
        named: Links = (links or {}).get(code, ())
        above, below = (head or {}).get(code, ""), (footer or {}).get(code, "")
        wanted[address(code)] = stage.html(code, named, above, below, home=(home or {}).get(code, "")).encode()
    for name, content in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [folder / name for name in wanted]
