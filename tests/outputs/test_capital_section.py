from __future__ import annotations

import json

import pytest

from rechenmacht.evidence.base import load
from rechenmacht.outputs.capital_charts import CHARTS, charts
from rechenmacht.outputs.capital_section import collect


@pytest.fixture(scope="module")
def found() -> tuple[object, dict[str, object]]:
    base = load()
    return base, collect(base, draws=150)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_all_charts_carry_their_data_title_and_source(found: tuple[object, dict[str, object]], lang: str) -> None:
    base, data = found
    json.dumps(data)
    specs = charts(base, data, lang)  # type: ignore[arg-type]
    assert set(specs) == set(CHARTS) and len(specs) == 8
    for name, spec in specs.items():
        text = json.dumps(spec, ensure_ascii=False)
        assert spec["$schema"], name
        assert spec["title"]["text"]
        assert "2026-05" in spec["title"]["subtitle"][-1]
        assert '"values": [{' in text or '"datasets"' in text, name
        assert "http" not in text.replace(spec["$schema"], "")  # nothing is fetched
    assert specs["circularity"] != charts(base, data, "de" if lang == "en" else "en")["circularity"]  # type: ignore[arg-type]
