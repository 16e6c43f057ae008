from pathlib import Path

from rechenmacht.outputs.rules_page import MARK, generated

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_says_what_the_rules_say(facts) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.partition(MARK)[1:] == (MARK, generated(facts).removeprefix(MARK)), (
        "docs/rules.md is stale: python -m rechenmacht.outputs.rules_page docs"
    )
    assert all(f"### {rule.id}:" in text for rule in facts.tables.rules)
