"""Each rule of a language finds what its examples say and nothing in its counterexamples. A rule
without them fails."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from hrdgraph.extraction.candidates import Candidate
from hrdgraph.extraction.reading.lexicon import lexicons
from hrdgraph.extraction.reading.mentions import KnownNames
from hrdgraph.extraction.reading.naming import Naming
from hrdgraph.extraction.reading.page_reading import read_page
from hrdgraph.extraction.rules.masking import mask
from hrdgraph.extraction.rules.sentence_rules import run_rule

RULES = Path(__file__).parents[2] / "ontology" / "extraction"
LANGUAGES = sorted(path.stem for path in (RULES / "examples").glob("*.yml"))


@cache
def examples(language: str) -> dict[str, dict[str, Any]]:
    return yaml.safe_load((RULES / "examples" / f"{language}.yml").read_text("utf-8"))


def rule_ids(language: str) -> list[str]:
    lexicon = lexicons(RULES).of(language)
    return [*dict.fromkeys(rule.id for rule in lexicon.rules)]


def fired(language: str, rule: str, text: str, before: str = "") -> list[Candidate]:
    """What one rule finds in the last part of a text."""
    known = lexicons(RULES)
    lexicon = known.of(language)
    whole = f"{before} {text}".strip()
    page = read_page(whole, Naming(known, KnownNames()), language=language)
    found: list[Candidate] = []
    for part in (item for item in page.sentences() if item.end > len(whole) - len(text)):
        hidden = mask(page.level, part.start, part.end, page.inside(part.start, part.end))
        rules = [item for item in lexicon.rules if item.id == rule]
        found += [item for one in rules for item in run_rule(page, lexicon, one, hidden)]
    return found


def wrong_of(language: str, every: int) -> list[Any]:
    """What rules do that their examples do not say, of each so many-th rule of a language."""
    wrong: list[Any] = []
    for rule, said in list(examples(language).items())[::every]:
        for case in said["examples"]:
            found = fired(language, rule, case["text"], case.get("before", ""))
            if not any(case["expect"].items() <= item.row.items() for item in found):
                wrong.append((rule, case["text"], found))
        told = {text: fired(language, rule, text) for text in said["counterexamples"]}
        wrong += [(rule, text, found) for text, found in told.items() if found]
    return wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_some_rules_do_what_their_examples_say(language: str) -> None:
    assert wrong_of(language, every=12) == []


@pytest.mark.heavy
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_rules_do_what_their_examples_say(language: str) -> None:
    assert wrong_of(language, every=1) == []


def test_every_rule_has_an_example_and_a_counterexample() -> None:
    needed = ("examples", "counterexamples")
    lacking = [
        rule
        for language in lexicons(RULES).languages
        for rule in rule_ids(language)
        if not all(examples(language).get(rule, {}).get(name) for name in needed)
    ]
    assert lacking == []
