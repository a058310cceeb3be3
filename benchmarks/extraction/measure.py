"""Marked pages into a table of how much `extract` finds, and how much of it is right.

    python benchmarks/extraction/measure.py [--half HALF] [--shared DIR] [--texts DIR] [--misses]

The marked pages are not in the repository (`../shared/pages`, `../shared/gold`; those of
`public-pages.csv` are in `--texts`, each named by the start of its SHA-256). Half of them was
used while the rules were written, the other half only to measure; all public ones are learned from
by now, and `--half public` says how well they are remembered. Pages that were invented for
this, in the habits of press releases, appeals and biographies, stand in `invented/` beside this
file: those whose names begin with `m-` only to measure. `--misses` says what was missed and what
was wrong, on the pages to build with alone. A candidate is right where it is of the kind that was
marked, half of the shorter stretch lies in the other, and the names agree by a word; a conferral
needs the outcome, and the year where the page has it. One candidate is right for one fact at most.
The graph's names are not used: they were typed from these pages.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hrdgraph.extraction.extractor import Extractor
from hrdgraph.extraction.reading.mentions import AWARD, DATE, PERSON

ROOT = Path(__file__).parents[2]
INVENTED = Path(__file__).parent / "invented"
PUBLIC = Path(__file__).parent / "public-pages.csv"
HALVES: dict[str, tuple[str, ...]] = {
    "build": ("001", "005", "009", "023", "041", "045", "061"),
    "measure": ("003", "007", "021", "025", "043", "047", "071"),
    "invented": tuple(
        path.stem for path in sorted(INVENTED.glob("*.txt")) if path.stem[:2] != "m-"
    ),
    "invented-measure": tuple(path.stem for path in sorted(INVENTED.glob("m-*.txt"))),
}
KINDS = {
    "award_conferral": ("conferral",), "nomination": ("conferral",), "role": ("role",),
    "membership": ("role",), "affiliation": ("role",), "founding": ("founding",),
    "nationality": ("attribute",), "event": ("act", "award-event"), "statement": ("quotation",),
    "situation": ("situation",),
}  # fmt: skip
SUBJECTS = {
    "conferral": "recipient", "role": "member", "founding": "organisation", "act": "victim",
    "attribute": "subject", "quotation": "speaker", "award-event": "award",
    "situation": "affected_group",
}  # fmt: skip


class Found(NamedTuple):
    """A candidate as it is compared."""

    kind: str
    start: int
    end: int
    subject: str
    award: str
    proposer: str
    rule: str = ""
    date: str = ""
    outcome: str = ""


def public_pages(texts: Path) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The pages of `public-pages.csv` whose text is in a folder, with their facts."""
    pages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in csv.DictReader(PUBLIC.read_text("utf-8").splitlines()):
        pages[row["text"]].append(row | {"start": int(row["start"]), "end": int(row["end"])})
    for digest, rows in pages.items():
        path = texts / f"{digest}.txt"
        if path.is_file():
            page = {"text": path.read_text("utf-8"), "lang": rows[0]["language"]}
            page |= {"url": rows[0]["address"], "title": rows[0]["title"], "form": rows[0]["form"]}
            yield page, [row for row in rows if row["type"]]


def marked_page(name: str, shared: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A page, and the facts that are marked in it."""
    path = INVENTED / f"{name}.txt"
    if path.is_file():
        return invented_page(path)
    page = json.loads((shared / "pages" / f"{name}.json").read_text("utf-8"))
    return page, json.loads((shared / "gold" / f"{name}.json").read_text("utf-8"))["facts"]


def invented_page(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Three parts between dashes: language and title, the text, and a line for each fact, `type |
    subject | object | words`; `/` is the end of a line within the words."""
    head, text, lines = re.split(r"(?m)^---\n", path.read_text("utf-8"), maxsplit=2)
    language, title = (line.partition(": ")[2] for line in head.strip().splitlines())
    facts = []
    for line in lines.strip().splitlines():
        kind, subject, object_, quote = (part.strip() for part in line.split("|"))
        start = text.index(quote.replace(" / ", "\n"))
        end = start + len(quote.replace(" / ", "\n"))
        facts.append(
            {"type": kind, "subject": subject, "object": object_, "start": start, "end": end}
        )
    return {"text": text, "title": title, "lang": language, "url": path.name}, facts


def words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.lower())
    return set(re.findall(r"\w{2,}", "".join(c for c in plain if not unicodedata.combining(c))))


def alike(one: str, other: str) -> bool:
    """Whether two names share a word, up to its ending; nothing is known against an absent one."""
    left, right = words(one), words(other)
    if not left or not right:
        return True
    return any(a == b or (len(a) > 4 and a[:5] == b[:5]) for a in left for b in right)


def is_right(fact: dict[str, Any], item: Found) -> bool:
    shared = min(fact["end"], item.end) - max(fact["start"], item.start)
    shorter = min(fact["end"] - fact["start"], item.end - item.start)
    if item.kind not in KINDS[fact["type"]] or shared <= 0 or shared < shorter / 2:
        return False
    subject = fact["object"] if fact["type"] == "founding" else fact["subject"]
    is_named = item.kind == "award-event" or alike(subject, item.subject)
    return is_named and (item.kind != "conferral" or alike(fact["object"], item.award))


def is_whole(fact: dict[str, Any], item: Found, page: str) -> bool:
    """Whether a candidate that is right has the outcome too, and the year that the page has."""
    if item.kind != "conferral":
        return True
    year = re.search(r"(?:19|20)\d\d", fact.get("date", ""))
    is_dated = not year or year[0] not in page or item.date[:4] == year[0]
    is_finalist = fact["type"] == "nomination"
    return is_dated and is_finalist == (item.outcome in ("finalist", "nominee"))


def matched(
    facts: list[dict[str, Any]], found: list[Found], page: str
) -> tuple[set[int], set[int]]:
    """The numbers of the facts and of the candidates of the largest matching, one to one."""
    owner: dict[int, int] = {}
    fitting = [
        [at for at, item in enumerate(found) if is_right(fact, item) and is_whole(fact, item, page)]
        for fact in facts
    ]

    def take(fact: int, tried: set[int]) -> bool:
        for at in fitting[fact]:
            if at not in tried:
                tried.add(at)
                if at not in owner or take(owner[at], tried):
                    owner[at] = fact
                    return True
        return False

    hits = {number for number in range(len(facts)) if take(number, set())}
    return hits, set(owner)


def by_rules(extractor: Extractor, page: dict[str, Any]) -> Iterable[Found]:
    for item in extractor.extract(page["text"], name=page["url"], title=page["title"]).candidates:
        row = item.row
        if item.kind in SUBJECTS and row.get("property") != "defender":
            subject = row.get(SUBJECTS[item.kind], "") or row.get("accepted_by", "")
            award = row.get("award", "")
            date, outcome = row.get("date", "") or row.get("year", ""), row.get("outcome", "")
            yield Found(
                item.kind, item.start, item.end, subject, award, item.proposer, item.rule, date,
                outcome,
            )  # fmt: skip


def by_capitals(extractor: Extractor, page: dict[str, Any]) -> Iterable[Found]:
    """The baseline: each person with the nearest award, and with the nearest date as an act."""
    read = extractor.extract(page["text"], name=page["url"], title=page["title"]).page
    for person in (item for item in read.mentions if item.type == PERSON):
        for kind, other in (("conferral", AWARD), ("act", DATE)):
            near = [item for item in read.mentions if item.type == other]
            best = min(near, key=lambda item: abs(item.start - person.start), default=None)
            if best and abs(best.start - person.start) < 200:
                start, end = min(person.start, best.start), max(person.end, best.end)
                dates = [item for item in read.mentions if item.type == DATE]
                date = min(dates, key=lambda item: abs(item.start - person.start), default=None)
                when = date.value if date and abs(date.start - person.start) < 200 else ""
                name = "capitals and nearest"
                yield Found(kind, start, end, person.full, best.text, name, "", when)


def table(
    pages: Iterable[tuple[dict[str, Any], list[dict[str, Any]]]],
    finder: Callable[[Extractor, dict[str, Any]], Iterable[Found]],
) -> None:
    extractor = Extractor.of(ROOT / "ontology" / "extraction")
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    touches: dict[str, list[bool]] = defaultdict(list)
    for page, facts in pages:
        found = list(finder(extractor, page))
        hits, right_ones = matched(facts, found, f"{page['title']}\n{page['text']}")
        for number, fact in enumerate(facts):
            hit = number in hits
            kind = KINDS[fact["type"]][0]
            keys = [("kind", kind), ("language", page["lang"]), ("all", "")]
            if kind == "conferral":
                keys += [("conferrals", page["lang"]), ("conferrals", page.get("form", "-"))]
            for key in keys:
                counts[key][0] += 1
                counts[key][1] += hit
            touches[page["lang"]].append(
                any(i.start < fact["end"] and fact["start"] < i.end for i in found)
            )
        for number, item in enumerate(found):
            right = number in right_ones
            kind = "act" if item.kind == "award-event" else item.kind
            keys = [("kind", kind), ("language", page["lang"]), ("all", "")]
            if kind == "conferral":
                keys += [("conferrals", page["lang"]), ("conferrals", page.get("form", "-"))]
            for key in (*keys, ("proposer", item.proposer)):
                counts[key][2] += 1
                counts[key][3] += right
    both = [
        sum(pair)
        for pair in zip(*(counts["kind", kind] for kind in ("conferral", "role")), strict=True)
    ]
    counts["conferrals and roles", ""] = both
    for (group, name), (marked, hits, proposed, right) in sorted(counts.items()):
        recall = f"{hits / marked:.2f}" if marked else "   -"
        precision = f"{right / proposed:.2f}" if proposed else "   -"
        line = f"{group:21} {name:22} marked {marked:4}  R {recall}"
        print(f"{line}  proposed {proposed:4}  P {precision}")
    for language, touched in sorted(touches.items()):
        print(f"touched by some candidate, {language}: {sum(touched) / len(touched):.2f}")
    every = [item for touched in touches.values() for item in touched]
    print(f"touched by some candidate: {sum(every) / len(every):.2f}\n")


def misses(half: str, shared: Path) -> None:
    """What was missed and what was wrong, page by page."""
    extractor = Extractor.of(ROOT / "ontology" / "extraction")
    for name in HALVES[half]:
        page, facts = marked_page(name, shared)
        found = list(by_rules(extractor, page))
        print(f"== {name}")
        for fact in facts:
            if not any(is_right(fact, item) for item in found):
                words_ = page["text"][fact["start"] : fact["end"]].replace("\n", " / ")
                is_touched = any(i.start < fact["end"] and fact["start"] < i.end for i in found)
                mark = "missed " if is_touched else "unseen "
                print(mark, fact["type"], "|", fact["subject"], "|", fact["object"], "|", words_)
        for item in found:
            if not any(is_right(fact, item) for fact in facts):
                words_ = page["text"][item.start : item.end].replace("\n", " / ")
                print("  wrong", item.kind, "|", item.subject, "|", item.rule, "|", words_)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=[*HALVES, "public"], default="measure")
    parser.add_argument("--texts", type=Path, default=Path("texts"), help="of public pages")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    if given.misses:
        if "measure" in given.half:
            parser.error("what a measuring half holds is not to be looked at")
        misses(given.half, given.shared)
        return
    for name, finder in (("hrdgraph", by_rules), ("capital runs and the nearest", by_capitals)):
        print(f"{name}, {given.half} half")
        pages = (marked_page(each, given.shared) for each in HALVES.get(given.half, ()))
        try:
            table(pages if given.half in HALVES else public_pages(given.texts), finder)
        except OSError as error:
            parser.error(f"the marked pages are not in the repository: {error}")


if __name__ == "__main__":
    main()
