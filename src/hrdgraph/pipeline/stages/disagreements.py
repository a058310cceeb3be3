"""Turn disagreements into findings: one for each question to which sources give answers that
cannot all be true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl

from hrdgraph.catalogue import LANGUAGES, Cell, Label, Message
from hrdgraph.conflicts.preference import STATED, because_iri, find_stated
from hrdgraph.conflicts.rules import ConflictRule, rules_of
from hrdgraph.errors import Origin
from hrdgraph.explain.lineage import Lineage
from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.stages.derivation import DerivationResult
from hrdgraph.rdf import IRI, Literal, parse_term
from hrdgraph.vocab import HRD, HRDV, SKOS

PREFIX: Final = "conflicts/"
_SHOWN: Final = 6  # answers and claims of one question that are told
_DOUBTED: Final = ("contested", "refuted")


def find_disagreements(derived: DerivationResult, ontology: Ontology, base: str) -> list[Finding]:
    """Find the questions that are open. What a source itself calls an alternative, or a person
    contested or refuted, is known, and is none. Where a claim is preferred it is for
    information, else a warning."""
    rules = rules_of(ontology).rules
    pairs = _open(derived, rules)
    if not pairs.height and not derived.found.crowds.height:
        return []
    words = _ThingNames(derived, ontology, base)
    paths = {rule.iri.value: rule.answer.value for rule in rules}
    chosen = {
        (rule, claim): because
        for rule, claim, _, because in derived.choice.iter_rows()
        if rule != STATED
    }
    groups = pairs.partition_by("rule", "question", maintain_order=True)
    return [_finding(group, paths, chosen, words) for group in groups] + [
        _crowd(rule, parts, count, words) for rule, parts, count in derived.found.crowds.iter_rows()
    ]


def with_both_sides(findings: Iterable[Finding], lineage: Lineage, most: int) -> list[Finding]:
    """Add the rows of both claims to disagreements: of each the first ones that said the property,
    else any of it."""
    result = list(findings)
    sides = [
        (place, ((side, path, None), (side, None, None)))
        for place, finding in enumerate(result)
        if finding.rule.startswith(PREFIX) and not finding.origins and finding.value
        for path in [IRI(finding.path).n3() if finding.path else None]
        for side in dict.fromkeys((IRI(finding.focus).n3(), finding.value))
    ]
    by_place: dict[int, dict[Origin, None]] = {}
    traced = lineage.first_of([ways for _, ways in sides], most=most)
    for (place, _), traces in zip(sides, traced, strict=True):
        rows = dict.fromkeys(row for trace in traces for row in trace.rows)
        by_place.setdefault(place, {}).update(dict.fromkeys([*rows][:most]))
    for place, origins in by_place.items():
        result[place] = replace(result[place], origins=tuple(origins))
    return result


def _open(derived: DerivationResult, rules: Sequence[ConflictRule]) -> pl.DataFrame:
    facts = derived.facts
    # Without what is said of a thing itself where claims about it, which know who says what, give
    # the same answers.
    plain = {
        about.iri.value: rule.iri.value
        for rule in rules
        for about in rules
        if not rule.questions and rule.answer in about.only_with
    }
    keyed = derived.found.pairs.with_columns(
        low=pl.min_horizontal("value", "other_value"),
        high=pl.max_horizontal("value", "other_value"),
    )
    about = keyed.filter(pl.col("rule").is_in(list(plain)))
    about = about.select(
        pl.col("rule").replace(plain), pl.col("parts").list.first().alias("claim"), "low", "high"
    )
    pairs = keyed.join(
        about, on=["rule", "claim", "low", "high"], how="anti", maintain_order="left"
    ).select(derived.found.pairs.columns)
    doubted = [
        place
        for name in _DOUBTED
        if (place := facts.position(HRDV[f"claim-status/{name}"])) is not None
    ]
    settled = facts.pairs(HRD.claimStatus, derived=False).filter(pl.col("o").is_in(doubted))["s"]
    known = find_stated(facts).select("claim", "other")
    pairs = pairs.join(known, on=["claim", "other"], how="anti", maintain_order="left")
    return pairs.filter(
        ~pl.col("claim").is_in(settled.implode()) & ~pl.col("other").is_in(settled.implode())
    )


def _finding(
    group: pl.DataFrame, paths: Mapping[str, str], chosen: Mapping[tuple[str, int], str],
    words: _ThingNames,
) -> Finding:  # fmt: skip
    first = group.row(0, named=True)
    answers = list(dict.fromkeys([*group["value"], *group["other_value"]]))
    sides = zip(
        [*group["claim"], *group["other"]], [*group["value"], *group["other_value"]], strict=True
    )
    best = next(
        (
            (value, chosen[first["rule"], claim])
            for claim, value in sides
            if (first["rule"], claim) in chosen
        ),
        None,
    )
    return Finding(
        severity=Severity.INFO if best else Severity.WARNING, kind=Kind.CHECK,
        rule=PREFIX + first["rule"].rpartition("/")[2], fact=words.fact(first, answers, best),
        focus=words.iri(first["claim"]), path=paths[first["rule"]],
        value=words.term(first["other"]), place=Origin("ontology/vocabularies/conflict-rule.ttl"),
    )  # fmt: skip


def _crowd(rule: str, parts: list[int], count: int, words: _ThingNames) -> Finding:
    about, thing = words.concept(IRI(rule)), words.thing(parts)
    return Finding(
        severity=Severity.WARNING, kind=Kind.CHECK, rule=PREFIX + rule.rpartition("/")[2],
        fact=Message("claims-too-many", count=count, about=about, thing=thing),
        focus=words.iri(parts[0]), place=Origin("ontology/vocabularies/conflict-rule.ttl"),
    )  # fmt: skip


class _ThingNames:
    """How the things of disagreements are called. The names of all of them are looked up at
    once."""

    def __init__(self, derived: DerivationResult, ontology: Ontology, base: str) -> None:
        self._facts, self._ontology, self._base = derived.facts, ontology, base
        pairs = derived.found.pairs
        parts = pl.concat([pairs["parts"].explode(), derived.found.crowds["parts"].explode()])
        self._labels = self._read(
            pl.concat(
                [pairs["value"], pairs["other_value"].rename("value"), parts.rename("value")]
            ).drop_nulls()
        )

    def term(self, place: int) -> str:
        return str(self._facts.graph.terms[place])

    def iri(self, place: int) -> str:
        return self.term(place)[1:-1]

    def concept(self, iri: IRI) -> Label:
        return Label(
            tuple((language, self._ontology.label(iri, (language,))) for language in LANGUAGES)
        )

    def name_of(self, place: int) -> Label | Cell:
        """Return a literal's words, the label of a thing, or its name below the base."""
        term = parse_term(self.term(place))
        if isinstance(term, Literal):
            return Cell(term.value)
        if labels := self._labels.get(place):
            return Label(tuple(labels.items()))
        if not isinstance(term, IRI):
            return Cell(term.n3())
        if term in self._ontology:
            return self.concept(term)
        return Cell(term.value.removeprefix(self._base))

    def thing(self, parts: Iterable[int]) -> tuple[Label | Cell, ...]:
        return tuple(self.name_of(part) for part in parts)

    def fact(
        self, first: Mapping[str, Any], answers: Sequence[int], best: tuple[int, str] | None
    ) -> Message:
        """Say what the sources disagree about, and which answer is shown first."""
        shown = [*self.thing(answers[:_SHOWN]), *[Cell("…")] * (len(answers) > _SHOWN)]
        choice = Message("claims-tied")
        if best:
            because = self.concept(because_iri(best[1]))
            choice = Message("claim-shown-first", value=self.name_of(best[0]), because=because)
        return Message(
            "sources-disagree", about=self.concept(IRI(first["rule"])),
            thing=self.thing(first["parts"]), answers=shown, choice=choice,
        )  # fmt: skip

    def _read(self, places: pl.Series) -> dict[int, dict[str, str]]:
        rows = self._facts.pairs(SKOS.prefLabel).filter(
            pl.col("s").is_in(places.unique().implode())
        )
        labels: dict[int, dict[str, str]] = {}
        for thing, text in zip(rows["s"], self._facts.text(rows["o"]), strict=True):
            label = parse_term(text)
            if isinstance(label, Literal):
                labels.setdefault(thing, {}).setdefault(label.language, label.value)
        return labels
