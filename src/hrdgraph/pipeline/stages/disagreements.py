"""Disagreements that were found into findings: one for each question to which sources give
answers that cannot all be true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from hrdgraph.conflicts import STATED, ConflictRule, because_iri, rules_of, stated
from hrdgraph.errors import Origin
from hrdgraph.explain import Lineage
from hrdgraph.ontology import Ontology
from hrdgraph.pipeline.stages.derivation import DerivationResult
from hrdgraph.rdf import IRI, Literal, parse_term
from hrdgraph.validate import Finding, Kind, Severity, messages_of
from hrdgraph.vocab import HRD, HRDV, SKOS

PREFIX: Final = "conflicts/"
_TEXTS: Final = {
    "en": (
        "sources disagree: {about} ({thing}): {answers}. {choice}",
        " or ",
        "Shown first: {value} ({because}).",
        "Nothing tells them apart: mark the claim that is wrong as contested or refuted.",
    ),
    "fr": (
        "les sources ne s'accordent pas : {about} ({thing}) : {answers}. {choice}",
        " ou ",
        "Montré d'abord : {value} ({because}).",
        "Rien ne les départage : marquez comme contestée ou réfutée l'assertion qui est fausse.",
    ),
    "es": (
        "las fuentes no concuerdan: {about} ({thing}): {answers}. {choice}",
        " o ",
        "Se muestra primero: {value} ({because}).",
        "Nada las distingue: marque como controvertida o refutada la afirmación que sea errónea.",
    ),
}
_CROWD: Final = {
    "en": "{count} claims answer differently: {about} ({thing}). They are too many to be joined "
    "one with another: is the rule right here?",
    "fr": "{count} assertions répondent différemment : {about} ({thing}). Trop nombreuses pour "
    "être reliées : la règle vaut-elle ici ?",
    "es": "{count} afirmaciones responden de modo distinto: {about} ({thing}). Son demasiadas para "
    "unirlas una a una: ¿vale aquí la regla?",
}
_SHOWN: Final = 6  # answers and claims of one question that are told
_DOUBTED: Final = ("contested", "refuted")


def find_disagreements(derived: DerivationResult, ontology: Ontology, base: str) -> list[Finding]:
    """The questions that are open. What a source itself calls an alternative, or a person
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
    found = [_finding(group, paths, chosen, words) for group in groups]
    return found + [
        _crowd(rule, parts, count, words) for rule, parts, count in derived.found.crowds.iter_rows()
    ]


def with_both_sides(findings: Iterable[Finding], lineage: Lineage, most: int) -> list[Finding]:
    """The findings, disagreements with rows of both claims: of each the first ones that said the
    property, else any of it."""
    found = list(findings)
    sides = [
        (place, *side)
        for place, finding in enumerate(found)
        if _lacks_sides(finding)
        for side in _sides(finding)
    ]
    rows = _rows([(text, path) for _, text, path in sides], lineage, most)
    by_place: dict[int, dict[Origin, None]] = {}
    for (place, *_), origins in zip(sides, rows, strict=True):
        by_place.setdefault(place, {}).update(dict.fromkeys(origins))
    for place, told in by_place.items():
        found[place] = replace(found[place], origins=tuple(told))
    return found


def _lacks_sides(finding: Finding) -> bool:
    return finding.rule.startswith(PREFIX) and not finding.origins and bool(finding.value)


def _sides(finding: Finding) -> list[tuple[str, str | None]]:
    path = IRI(finding.path).n3() if finding.path else None
    return [(side, path) for side in dict.fromkeys((IRI(finding.focus).n3(), finding.value or ""))]


def _rows(
    asked: Sequence[tuple[str, str | None]], lineage: Lineage, most: int
) -> list[list[Origin]]:
    """The first rows behind each of many properties, all looked up at once."""
    found = lineage.each([(side, path, None) for side, path in asked], most=most)
    bare = [place for place, traces in enumerate(found) if not traces]
    for place, traces in zip(
        bare,
        lineage.each([(asked[place][0], None, None) for place in bare], most=most),
        strict=True,
    ):
        found[place] = traces
    return [
        list(dict.fromkeys(row for trace in traces for row in trace.rows))[:most]
        for traces in found
    ]


def _open(derived: DerivationResult, rules: Sequence[ConflictRule]) -> pl.DataFrame:
    facts = derived.facts
    pairs = _without_repeats(derived.found.pairs, rules)
    doubted = [
        place
        for name in _DOUBTED
        if (place := facts.position(HRDV[f"claim-status/{name}"])) is not None
    ]
    settled = facts.pairs(HRD.claimStatus, derived=False).filter(pl.col("o").is_in(doubted))["s"]
    known = stated(facts).select("claim", "other")
    pairs = pairs.join(known, on=["claim", "other"], how="anti", maintain_order="left")
    return pairs.filter(
        ~pl.col("claim").is_in(settled.implode()) & ~pl.col("other").is_in(settled.implode())
    )


def _without_repeats(pairs: pl.DataFrame, rules: Sequence[ConflictRule]) -> pl.DataFrame:
    """Without what is said of a thing itself where claims about it, which know who says what,
    give the same answers."""
    plain = {
        about.iri.value: rule.iri.value
        for rule in rules
        for about in rules
        if not rule.questions and rule.answer in about.only_with
    }
    keyed = pairs.with_columns(
        low=pl.min_horizontal("value", "other_value"),
        high=pl.max_horizontal("value", "other_value"),
    )
    about = keyed.filter(pl.col("rule").is_in(list(plain)))
    about = about.select(
        pl.col("rule").replace(plain), pl.col("parts").list.first().alias("claim"), "low", "high"
    )
    return keyed.join(
        about, on=["rule", "claim", "low", "high"], how="anti", maintain_order="left"
    ).select(pairs.columns)


def _finding(
    group: pl.DataFrame,
    paths: Mapping[str, str],
    chosen: Mapping[tuple[str, int], str],
    words: _ThingNames,
) -> Finding:
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
        severity=Severity.INFO if best else Severity.WARNING,
        kind=Kind.CHECK,
        rule=PREFIX + first["rule"].rpartition("/")[2],
        messages=messages_of(
            {language: words.told(language, first, answers, best) for language in _TEXTS}
        ),
        focus=words.iri(first["claim"]),
        path=paths[first["rule"]],
        value=words.term(first["other"]),
        place=Origin("ontology/vocabularies/conflict-rule.ttl"),
    )


def _crowd(rule: str, parts: list[int], count: int, words: _ThingNames) -> Finding:
    told = {
        language: text.format(
            count=count,
            about=words.concept(IRI(rule), language),
            thing=words.thing(parts, language),
        )
        for language, text in _CROWD.items()
    }
    return Finding(
        severity=Severity.WARNING,
        kind=Kind.CHECK,
        rule=PREFIX + rule.rpartition("/")[2],
        messages=messages_of(told),
        focus=words.iri(parts[0]),
        place=Origin("ontology/vocabularies/conflict-rule.ttl"),
    )


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

    def concept(self, iri: IRI, language: str) -> str:
        return self._ontology.label(iri, (language,))

    def named(self, place: int, language: str) -> str:
        """A literal's words, the label of a thing, or its name below the base."""
        term = parse_term(self.term(place))
        if isinstance(term, Literal):
            return term.value
        labels = self._labels.get(place, {})
        label = next((labels[tag] for tag in (language, "en", "", *labels) if tag in labels), "")
        if label or not isinstance(term, IRI):
            return label or term.n3()
        return (
            self.concept(term, language)
            if term in self._ontology
            else term.value.removeprefix(self._base)
        )

    def thing(self, parts: Iterable[int], language: str) -> str:
        return ", ".join(self.named(part, language) for part in parts)

    def told(
        self,
        language: str,
        first: Mapping[str, object],
        answers: list[int],
        best: tuple[int, str] | None,
    ) -> str:
        text, either, choice, tie = _TEXTS[language]
        names = [self.named(answer, language) for answer in answers[:_SHOWN]] + ["…"] * (
            len(answers) > _SHOWN
        )
        if best:
            tie = choice.format(
                value=self.named(best[0], language),
                because=self.concept(because_iri(best[1]), language),
            )
        parts = first["parts"]
        assert isinstance(parts, list)
        about = self.concept(IRI(str(first["rule"])), language)
        return text.format(
            about=about, thing=self.thing(parts, language), answers=either.join(names), choice=tie
        )

    def _read(self, places: pl.Series) -> dict[int, dict[str, str]]:
        rows = self._facts.pairs(SKOS.prefLabel).filter(
            pl.col("s").is_in(places.unique().implode())
        )
        found: dict[int, dict[str, str]] = {}
        for thing, text in zip(rows["s"], self._facts.text(rows["o"]), strict=True):
            label = parse_term(text)
            if isinstance(label, Literal):
                found.setdefault(thing, {}).setdefault(label.language, label.value)
        return found
