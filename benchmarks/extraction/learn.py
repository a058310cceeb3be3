"""Marked pages into the coefficients by which `extract` decides what is a fact.

    python benchmarks/extraction/learn.py [--shared DIR] [--check]

Needs scikit-learn, which hrdgraph itself does not. Pages are the invented ones beside this file,
the building half of the marked ones and the articles of HRDsAttack for acts (both in the folder
`shared`); no words of any of them go into the coefficients but those of the features. `--check`
prints what each model reaches on pages that it has not learned from, and writes nothing.
"""

from __future__ import annotations

import argparse
import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from measure import HALVES, ROOT, Found, alike, is_right, marked_page
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from hrdgraph.extraction import Extractor
from hrdgraph.extraction.reading.naming import Naming
from hrdgraph.extraction.reading.page_reading import Page, read_page
from hrdgraph.extraction.rules.acts import PageActs, _candidate, _key

RULES = ROOT / "ontology" / "extraction"
ABUSES = {
    "arrest": "arbitrary detention", "detention": "arbitrary detention",
    "conviction": "arbitrary detention", "charge": "arbitrary detention", "killing": "killing",
    "death": "killing", "massacre": "killing", "abduction": "kidnapping",
    "disappearance": "enforced disappearance", "torture": "torture", "ill-treatment": "torture",
}  # fmt: skip


LEAST = 0.02  # a coefficient that is nearer to 0 is left out


class Example(NamedTuple):
    """A candidate of one page: its features, and whether the page is marked to say so."""

    page: str
    features: tuple[str, ...]
    is_fact: bool


def articles(shared: Path, part: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The articles of HRDsAttack with their annotation."""
    for item in json.loads((shared / "hrdsattack" / f"{part}.json").read_text("utf-8")):
        event = item["event"]
        yield item, ast.literal_eval(event) if isinstance(event, str) else event


def names_of(event: dict[str, Any]) -> set[str]:
    """The names of the victims of an article."""
    return {one["victim_name"] for one in event["victims"] if one["victim_name"]}


def acts_of_articles(naming: Naming, shared: Path, part: str) -> Iterator[tuple[str, Example]]:
    """Examples of victims."""
    for number, (item, event) in enumerate(articles(shared, part)):
        page = read_page(item["text"], naming, language="en", title=item["title"])
        acts, names = PageActs(page, naming.lexicons), {name.lower() for name in names_of(event)}
        for name, features in acts.victims.items():
            yield "victim", Example(f"{part}{number}", features, name in names)


def acts_of_page(
    page: Page, naming: Naming, facts: list[dict[str, Any]]
) -> Iterator[tuple[str, Example]]:
    events = [fact for fact in facts if fact["type"] == "event"]
    acts = PageActs(page, naming.lexicons)
    for name, features in acts.victims.items():
        yield (
            "victim",
            Example(
                page.name,
                features,
                any(alike(fact["subject"], name) for fact in events if fact["subject"]),
            ),
        )
    for part, one in acts.undergone:
        made = _candidate(part, one)
        found = Found("act", made.start, made.end, made.row["victim"], "", "")
        yield (
            "act",
            Example(
                page.name,
                (*one.features, f"kind-{one.trigger.kind}"),
                any(is_right(fact, found) for fact in events),
            ),
        )


def examples(shared: Path) -> Iterator[tuple[str, Example]]:
    """All examples by the kind of fact."""
    naming = Naming(Extractor.of(RULES).lexicons, Extractor.of(RULES).known)
    yield from acts_of_articles(naming, shared, "train")
    yield from acts_of_sentences(naming)
    for half in ("invented", "build"):
        for name in HALVES[half]:
            marked, facts = marked_page(name, shared)
            page = read_page(
                marked["text"], naming, language=marked["lang"], name=name, title=marked["title"]
            )
            yield from acts_of_page(page, naming, facts)


def sentences() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The invented sentences beside this file: name, language, and the text with its facts."""
    for path in sorted((Path(__file__).parent / "sentences").glob("*.yml")):
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8"))):
            text = f"{case.get('before', '')} {case['text']}".strip()
            yield f"{path.stem}{number}", path.stem, {"text": text, "facts": case["facts"]}


def acts_of_sentences(naming: Naming) -> Iterator[tuple[str, Example]]:
    """Examples of victims and of words of acts in invented sentences."""
    for name, language, case in sentences():
        told = [fact for fact in case["facts"] if fact["kind"] == "act"]
        acts = PageActs(read_page(case["text"], naming, language=language), naming.lexicons)
        for victim, features in acts.victims.items():
            named = (fact.get("victim", "") for fact in told)
            is_fact = any(each and alike(each, victim) for each in named)
            yield "victim", Example(name, features, is_fact)
        for _, one in acts.undergone:
            same = (fact for fact in told if fact.get("type") == one.trigger.kind)
            is_fact = any(alike(fact.get("victim", ""), _key(one.person)) for fact in same)
            yield "act", Example(name, (*one.features, f"kind-{one.trigger.kind}"), is_fact)


def learn(found: list[Example], strength: float, beta: float) -> dict[str, Any]:
    """Return coefficients, and the threshold with the best F on pages that were not learned from;
    print what is reached there."""
    vectors = DictVectorizer(sparse=True)
    table = vectors.fit_transform([dict.fromkeys(item.features, 1.0) for item in found])
    facts, pages = np.array([item.is_fact for item in found]), [item.page for item in found]
    model, folds = LogisticRegression(C=strength, max_iter=3000), GroupKFold(5)
    held = cross_val_predict(
        model, table, facts, groups=pages, cv=folds, method="predict_proba"
    )[:, 1]  # fmt: skip
    _, threshold = max((f_score(facts, held >= at, beta), at) for at in np.arange(0.1, 0.9, 0.02))
    right, chosen = int((facts & (held >= threshold)).sum()), int((held >= threshold).sum())
    print(f"{len(found)} examples, {facts.sum()} facts: ", end="")
    print(f"P {right / max(chosen, 1):.2f} R {right / facts.sum():.2f} at {threshold:.2f}")
    model.fit(table, facts)
    weights = zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)
    kept = {name: round(float(weight), 3) for name, weight in weights if abs(weight) >= LEAST}
    bias = round(float(model.intercept_[0]), 3)
    return {"threshold": round(float(threshold), 2), "coefficients": {"bias": bias} | kept}


def f_score(facts: np.ndarray, chosen: np.ndarray, beta: float) -> float:
    """F, in which what is found counts `beta` times as much as what of it is right."""
    right = (facts & chosen).sum()
    return float((1 + beta**2) * right / max(beta**2 * facts.sum() + chosen.sum(), 1))


SETTINGS = {"victim": (0.03, 0.9), "act": (0.1, 1.0)}  # strength of regularisation, and beta


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    by_kind: dict[str, list[Example]] = {}
    for kind, example in examples(given.shared):
        by_kind.setdefault(kind, []).append(example)
    models = {}
    for kind, found in sorted(by_kind.items()):
        print(kind, end=": ")
        models[kind] = learn(found, *SETTINGS.get(kind, (0.3, 1.0)))
    if not given.check:
        path = RULES / "coefficients.json"
        path.write_text(json.dumps(models, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
