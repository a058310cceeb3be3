"""Marked pages into the coefficients by which `extract` decides what is a fact.

    python benchmarks/extraction/learn.py [--shared DIR] [--texts DIR] [--check]

Needs scikit-learn, which hrdgraph itself does not. Pages are the invented ones beside this file,
the building half of the marked ones and the articles of HRDsAttack for acts (both in the folder
`shared`), and the pages of `public-pages.csv` whose texts are in `--texts`, each named by the start
of its SHA-256; no words of any of them go into the coefficients but those of the features. Without
these texts only victims and kinds of acts are learned: other models stay as they are. Passages are
learned on from the coefficients that are there; those that ship have also learned from 178 rows of
Wikipedia (the development part of Re-DocRED) and of biographies of the disappeared. `--check`
prints what each model reaches on pages that it has not learned from, and writes nothing.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from lists import FORMS, list_pages
from measure import HALVES, KINDS, ROOT, Found, alike, is_right, marked_page, public_pages
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from hrdgraph.extraction.extractor import Extractor
from hrdgraph.extraction.passages import (
    CERTAIN,
    PagePassages,
    WantedFact,
    certainty_features,
    is_borne_out,
)
from hrdgraph.extraction.reading.lexicon import Lexicons
from hrdgraph.extraction.reading.naming import Naming
from hrdgraph.extraction.reading.page_reading import Page, read_page
from hrdgraph.extraction.rules.acts import PageActs
from hrdgraph.extraction.rules.conferrals import PageConferrals, candidate_of
from hrdgraph.extraction.rules.scoring import COEFFICIENTS, FactModel

RULES = ROOT / "ontology" / "extraction"
ABUSES = {
    "arrest": "arbitrary detention", "detention": "arbitrary detention",
    "conviction": "arbitrary detention", "charge": "arbitrary detention", "killing": "killing",
    "death": "killing", "massacre": "killing", "abduction": "kidnapping",
    "disappearance": "enforced disappearance", "torture": "torture", "ill-treatment": "torture",
}  # fmt: skip


AWARD_EVENTS = (
    "announcement",
    "ceremony",
    "acceptance",
    "award_acceptance",
)  # of which an award is the subject
ARTICLES = ("train", "dev")
LEARNED = ("invented", "build", "lists", "public")
REAL = 4.0  # the weight of a page that was marked
LISTED = 0.1  # the weight of lists that are made, which set no threshold
MADE = 0.3  # of rows of made lists
PARTS = 6
TOLD = 5.0  # and of made sentences, in which bodies receive awards too
LEAST = 0.12  # a coefficient that is nearer to 0 is left out
OF_WORDS = 0.045  # of the many words of articles


class Example(NamedTuple):
    """A candidate of one page: its features, and whether the page is marked to say so."""

    page: str
    features: tuple[str, ...]
    is_fact: bool
    weight: float = 1.0


def articles(shared: Path, part: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The articles of HRDsAttack with their annotation."""
    for item in json.loads((shared / "hrdsattack" / f"{part}.json").read_text("utf-8")):
        event = item["event"]
        yield item, ast.literal_eval(event) if isinstance(event, str) else event


def names_of(event: dict[str, Any]) -> set[str]:
    """The names of the victims of an article."""
    return {one["victim_name"] for one in event["victims"] if one["victim_name"]}


def acts_of_articles(naming: Naming, shared: Path, part: str) -> Iterator[tuple[str, Example]]:
    """Examples of victims and of kinds of acts."""
    for number, (item, event) in enumerate(articles(shared, part)):
        page = read_page(item["text"], naming, language="en", title=item["title"])
        acts, names = PageActs(page, naming.lexicons), {name.lower() for name in names_of(event)}
        for name, features in acts.victims.items():
            yield "victim", Example(f"{part}{number}", features, name in names)
        told = {kind for kind, of in ABUSES.items() if of in event["violation_types"]}
        for kind, features in acts.kinds.items():
            yield "kind", Example(f"{part}{number}", features, kind in told)


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
    told = {ABUSES.get(fact["object"].replace("_", "-")) for fact in events}
    for kind, features in acts.kinds.items():
        yield "kind", Example(page.name, features, ABUSES[kind] in told)


def examples(shared: Path, texts: Path) -> Iterator[tuple[str, Example]]:
    """All examples by the kind of fact."""
    naming = Naming(Extractor.of(RULES).lexicons, Extractor.of(RULES).known)
    for part in ARTICLES:
        yield from acts_of_articles(naming, shared, part)
    yield from acts_of_sentences(naming)
    yield from (("conferral", one) for one in conferrals_of_sentences(naming))
    for name, weight, marked, facts in pages_of(LEARNED, shared, texts):
        read = {"language": marked["lang"], "name": name, "title": marked["title"]}
        page = read_page(marked["text"], naming, **read)
        yield from (("conferral", one) for one in conferrals_of_page(page, naming, facts, weight))
        if "form" not in marked and marked["url"] not in FORMS:  # acts are marked too
            yield from acts_of_page(page, naming, facts)


def sentences() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The invented sentences beside this file: name, language, and the text with its facts."""
    for path in sorted((Path(__file__).parent / "sentences").glob("*.yml")):
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8"))):
            before, text = case.get("before", ""), case["text"]
            whole = {
                "text": f"{before} {text}".strip(),
                "facts": case["facts"],
                "from": len(before),
            }
            yield f"{path.stem}{number}", path.stem, whole


def acts_of_sentences(naming: Naming) -> Iterator[tuple[str, Example]]:
    """Examples of victims in invented sentences."""
    for name, language, case in sentences():
        told = [fact for fact in case["facts"] if fact["kind"] == "act"]
        acts = PageActs(read_page(case["text"], naming, language=language), naming.lexicons)
        for victim, features in acts.victims.items():
            named = (fact.get("victim", "") for fact in told)
            is_fact = any(each and alike(each, victim) for each in named)
            yield "victim", Example(name, features, is_fact)


def conferrals_of_page(
    page: Page, naming: Naming, facts: list[dict[str, Any]], weight: float
) -> Iterator[Example]:
    """Examples of names with awards of a marked page."""
    told = [fact for fact in facts if "conferral" in KINDS[fact["type"]]]
    whole = PageConferrals(page, naming.lexicons)
    for pair in whole.pairs():
        made = candidate_of(whole, pair)
        row = made.row
        found = Found("conferral", made.start, made.end, row["recipient"], row["award"], "")
        is_fact = any(is_right(fact, found) for fact in told)
        yield Example(page.name, pair.features, is_fact, weight)


def conferrals_of_sentences(naming: Naming) -> Iterator[Example]:
    """Examples of names with awards of the invented sentences."""
    for name, language, case in sentences():
        told = [fact for fact in case["facts"] if fact["kind"] == "conferral"]
        page = read_page(case["text"], naming, language=language)
        for pair in PageConferrals(page, naming.lexicons).pairs():
            if pair.part.start < case["from"]:  # what is said before is not marked
                continue
            who, award = pair.who.full or pair.who.text, pair.award.full or pair.award.text
            is_fact = any(
                alike(fact.get("recipient", ""), who) and alike(fact.get("award", ""), award)
                for fact in told
            )
            is_whole = not any("outcome" in fact for fact in told)  # else one fact of several
            if is_fact or is_whole or any(alike(fact["recipient"], who) for fact in told):
                yield Example(name, pair.features, is_fact, OF_SENTENCES)


def learn(found: list[Example], strength: float, beta: float, rare: int = 1) -> dict[str, Any]:
    """Return coefficients, and the threshold with the best F on pages that were not learned from;
    print what is reached there."""
    table, vectors = table_of(found, rare)
    facts, pages = np.array([item.is_fact for item in found]), [item.page for item in found]
    model, folds = LogisticRegression(C=strength, max_iter=3000), GroupKFold(5)
    weights = np.array([item.weight for item in found])
    held = cross_val_predict(
        model, table, facts, groups=pages, cv=folds, method="predict_proba",
        params={"sample_weight": weights},
    )[:, 1]  # fmt: skip
    is_marked = ~np.isin(weights, (TOLD, LISTED))
    held, known = held[is_marked], facts[is_marked]
    tried = np.arange(0.1, 0.9, 0.02)
    scores = [f_score(known, held >= at, beta) for at in tried]
    around = np.convolve(scores, np.ones(5), "same")  # the best of its neighbourhood, not by chance
    threshold = tried[int(np.argmax(around))]
    right, chosen = int((known & (held >= threshold)).sum()), int((held >= threshold).sum())
    print(f"{len(known)} examples, {known.sum()} facts: ", end="")
    print(f"P {right / max(chosen, 1):.2f} R {right / known.sum():.2f} at {threshold:.2f}")
    model.fit(table, facts, sample_weight=weights)
    least = OF_WORDS if rare > 1 else LEAST
    weights = weights_of(vectors, model, least)
    return {"threshold": round(float(threshold), 2), "coefficients": weights}


def table_of(found: list[Example], rare: int) -> tuple[Any, DictVectorizer]:
    """The features of examples that stand on enough pages."""
    standing = Counter(name for _, name in {(i.page, name) for i in found for name in i.features})
    vectors = DictVectorizer()
    kept = ([name for name in item.features if standing[name] >= rare] for item in found)
    return vectors.fit_transform([dict.fromkeys(names, 1.0) for names in kept]), vectors


def part_of(page: str) -> int:
    """One of the parts that the pages are cut into."""
    return int(hashlib.md5(page.encode()).hexdigest(), 16) % PARTS


def lexicons_by_part(found: list[Example]) -> list[Lexicons]:
    """For the pages of each part: what was learned of conferrals from the others, so that what is
    proposed of a page is as right as on pages that nobody has learned from."""
    known, every = Extractor.of(RULES).lexicons, []
    for part in range(PARTS):
        rest = [item for item in found if part_of(item.page) != part]
        table, vectors = table_of(rest, 1)
        model = LogisticRegression(C=0.1, max_iter=3000)
        model.fit(table, [item.is_fact for item in rest], [item.weight for item in rest])
        weights = {"threshold": THRESHOLDS["conferral"], "coefficients": weights_of(vectors, model)}
        models = json.loads((RULES / COEFFICIENTS).read_text("utf-8")) | {"conferral": weights}
        folder = Path(tempfile.mkdtemp())
        (folder / COEFFICIENTS).write_text(json.dumps(models), "utf-8")
        every.append(replace(known, folder=folder))
    return every


def f_score(facts: np.ndarray, chosen: np.ndarray, beta: float) -> float:
    """F, in which what is found counts `beta` times as much as what of it is right."""
    right = (facts & chosen).sum()
    return float((1 + beta**2) * right / max(beta**2 * facts.sum() + chosen.sum(), 1))


class Search(NamedTuple):
    """A row that is looked for in a page, rightly or changed to what the page does not say, and
    each passage with its features and whether the row's words are in it."""

    page: str
    weight: float
    wanted: WantedFact
    is_said: bool
    passages: list[tuple[bool, tuple[str, ...]]]


def wanted_of(fact: dict[str, Any]) -> WantedFact:
    """A marked fact as a row."""
    kind, subject, thing = KINDS[fact["type"]][0], fact["subject"], fact["object"]
    date = fact.get("date", "")
    if kind == "founding":
        return WantedFact(kind, (thing,), ((subject,),) if subject else (), date)
    if kind == "act" and thing in AWARD_EVENTS:
        return WantedFact("award-event", (subject,), (), date, "", (thing,))
    if kind == "act":
        return WantedFact(kind, (subject,), (), date, re.sub("[ _]", "-", thing), (thing,))
    if kind == "role":
        named = () if fact["type"] == "role" else ((thing,),)
        return WantedFact(kind, (subject,), named, date, "", (thing,))
    if kind in ("conferral", "attribute"):
        code = "nominee" if fact["type"] == "nomination" else "laureate"
        return WantedFact(kind, (subject,), ((thing,),), date, code if kind == "conferral" else "")
    return WantedFact(kind, (subject,), (), date)


def pages_of(
    halves: Iterable[str], shared: Path, texts: Path
) -> Iterator[tuple[str, float, dict[str, Any], list[dict[str, Any]]]]:
    """The marked pages of these halves, and the lists that are made: name, weight, page, facts."""
    for half in halves:
        if half == "public":
            for page, facts in public_pages(texts):
                yield page["url"], REAL, page, facts
        if half == "lists":
            for name, page, facts in list_pages():
                yield name, TOLD if page["url"] == "news" else LISTED, page, facts
        for name in HALVES.get(half, ()):
            yield name, 1.0 if "invented" in half else REAL, *marked_page(name, shared)


def searches(
    shared: Path, texts: Path, halves: Iterable[str], known: list[Lexicons]
) -> Iterator[Search]:
    """The marked facts as rows; each again with another year, and with another name of the page."""
    chance = random.Random(1)
    for name, weight, page, facts in pages_of(halves, shared, texts):
        passages = PagePassages(page["text"], known[part_of(name)], page["title"], page["lang"])
        for fact in facts:
            same = [each for each in facts if is_same(each, fact)]
            for row, is_said in asked_of(fact, facts, chance):
                found = [
                    (
                        any(of["start"] < item.end and item.start < of["end"] for of in same),
                        features,
                    )
                    for item, features in passages.compare(row)
                ]
                yield Search(name, MADE if page["url"] in FORMS else weight, row, is_said, found)


def is_same(fact: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two marked places say the same."""
    names = ("type", "subject", "object", "date")
    return all(fact.get(name, "") == other.get(name, "") for name in names)


def asked_of(
    fact: dict[str, Any], facts: list[dict[str, Any]], chance: random.Random
) -> Iterator[tuple[WantedFact, bool]]:
    """A fact as a row; with another year; with another name of the page of which it is untrue."""
    wanted = wanted_of(fact)
    if not wanted.subject[0]:
        return
    yield wanted, True
    if wanted.date[:4].isdigit():
        year = int(wanted.date[:4]) + chance.choice([-3, -2, -1, 1, 2, 3])
        yield wanted._replace(date=str(year)), False
    same = [each for each in facts if alike(each["object"], fact["object"])]
    names = sorted({each["subject"] for each in facts if each["subject"]})
    others = [name for name in names if not alike(name, wanted.subject[0])]
    is_person = wanted.kind != "award-event"
    other = chance.choice(others) if others and is_person else ""
    dated = [each for each in same if each.get("date", "") == fact.get("date", "")]
    if other and not any(alike(each["subject"], other) for each in dated):
        yield wanted._replace(subject=(other,)), False


def learn_passages(found: list[Search]) -> dict[str, dict[str, Any]]:
    """Return the model that ranks passages, learned from pairs of a right and a wrong one, and
    the model that says whether the first is right. Both start from the coefficients that are known,
    which stay where nothing here speaks against them."""
    known = json.loads((RULES / COEFFICIENTS).read_text("utf-8"))
    right, wrong, weights = [], [], []
    for search in (search for search in found if search.is_said):
        good = [features for is_it, features in search.passages if is_it]
        bad = [features for is_it, features in search.passages if not is_it]
        for features in bad if good else ():
            right.append({name: 1.0 for name in good[0] if "apart-" not in name})
            wrong.append({name: 1.0 for name in features if "apart-" not in name})
            weights.append(10 * search.weight / len(bad))
    vectors = DictVectorizer().fit([*right, *wrong])
    apart = vectors.transform(right) - vectors.transform(wrong)
    told = known["passage"]["coefficients"]
    passage = told | move_weights(vectors, apart, np.ones(len(right), bool), weights, told, 0.1)
    firsts = [first_of(FactModel(passage, 0.0), search) for search in found]
    certain = DictVectorizer()
    features = [dict.fromkeys(("bias", *names), 1.0) for _, _, names in firsts]
    table, is_right = certain.fit_transform(features), np.array([is_it for is_it, _, _ in firsts])
    weights, told = [search.weight for search in found], known["certain"]["coefficients"]
    sure = move_weights(certain, table, is_right, weights, told, 0.3)
    return {
        "passage": {"threshold": 0.0, "coefficients": passage},
        "certain": {"threshold": 0.0, "coefficients": sure},
    }


def move_weights(
    vectors: DictVectorizer, table: Any, is_right: np.ndarray, weights: list[float],
    known: dict[str, float], freedom: float,
) -> dict[str, float]:  # fmt: skip
    """Return known coefficients, moved by a logistic regression that pulls them back to what they
    were: the less, the more `freedom` it has."""
    names, sides = vectors.get_feature_names_out(), np.where(is_right, 1.0, -1.0)
    start = np.array([known.get(name, 0.0) for name in names])

    def loss(now: np.ndarray) -> tuple[float, np.ndarray]:
        total, moved = sides * (table @ now), now - start
        lost = np.array(weights) @ np.logaddexp(0, -total) + moved @ moved / freedom / 2
        return lost, moved / freedom - table.T @ (np.array(weights) * sides / (1 + np.exp(total)))

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    pairs = zip(names, found, strict=True)
    return {
        name: round(float(value), 3)
        for name, value in pairs
        if abs(value) >= LEAST or name == "bias"
    }


def first_of(model: FactModel, search: Search) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Whether the best passage is right, its features, and those of its certainty."""
    ranked = sorted(search.passages, key=lambda item: -model.total(item[1]))
    (is_it, features), *others = ranked
    first = model.total(features)
    margin = first - model.total(others[0][1]) if others else 5.0
    return is_it and search.is_said, features, tuple(certainty_features(margin, features))


def weights_of(
    vectors: DictVectorizer, model: LogisticRegression, least: float = LEAST
) -> dict[str, float]:
    """The coefficients by feature, without those near 0."""
    weights = zip(vectors.get_feature_names_out(), model.coef_[0], strict=True)
    kept = {name: round(float(weight), 3) for name, weight in weights if abs(weight) >= least}
    bias = round(float(np.ravel(model.intercept_)[0]), 3)
    return ({"bias": bias} if bias else {}) | kept


def check_passages(train: list[Search], held: list[Search]) -> None:
    """Print how rows of pages that were not learned from find their passages."""
    models = learn_passages(train)
    model, sure = (FactModel(models[name]["coefficients"], 0.0) for name in ("passage", "certain"))
    told: dict[str, list[tuple[bool, bool]]] = {"as it is": [], "changed": []}
    for search in held:
        is_first, features, certainty = first_of(model, search)
        is_certain = sure.score(certainty) >= CERTAIN and is_borne_out(search.wanted.kind, features)
        told["as it is" if search.is_said else "changed"].append((is_first, is_certain))
    rows, changed = told["as it is"], told["changed"]
    certain = [is_first for is_first, is_certain in rows if is_certain]
    first, share = np.mean([one for one, _ in rows]), len(certain) / len(rows)
    print(f"rows → passages: {len(rows)} rows, first {first:.2f}, certain {share:.2f}, ", end="")
    print(f"of these right {np.mean(certain):.3f}; ", end="")
    print(f"changed rows certain {sum(one for _, one in changed)} of {len(changed)}")


OF_SENTENCES = 6.0  # weight of an invented sentence
# of conferrals: by whole pages that were held out in turn
THRESHOLDS = {"conferral": 0.4}
# strength of regularisation, beta, and the pages on which a feature must stand to count
SETTINGS = {"victim": (0.06, 0.8, 8), "kind": (0.03, 1.0, 20)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--texts", type=Path, default=Path("texts"))
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    by_kind: dict[str, list[Example]] = {}
    for kind, example in examples(given.shared, given.texts):
        by_kind.setdefault(kind, []).append(example)
    models = {}
    is_whole = next(public_pages(given.texts), None) is not None
    if not is_whole:
        print(f"no texts of public pages in {given.texts}: conferrals and passages stay")
    for kind, found in sorted(by_kind.items()):
        if kind == "conferral" and not is_whole:
            continue
        print(kind, end=": ")
        models[kind] = learn(found, *SETTINGS.get(kind, (0.1, 1.0)))
        models[kind]["threshold"] = THRESHOLDS.get(kind, models[kind]["threshold"])
    if is_whole:
        known = lexicons_by_part(by_kind["conferral"])
        every = [*searches(given.shared, given.texts, LEARNED, known)]
        for half in ("measure", "invented-measure"):
            check_passages(every, [*searches(given.shared, given.texts, (half,), known)])
        models |= learn_passages(every)
    path = RULES / COEFFICIENTS
    if not given.check:
        models = json.loads(path.read_text("utf-8")) | models
        path.write_text(
            json.dumps(dict(sorted(models.items())), indent=1, ensure_ascii=False) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
