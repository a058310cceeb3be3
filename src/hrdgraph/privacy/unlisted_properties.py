"""Properties and classes that are said of persons and are not named as public into warnings:
which rule says them, and how to allow it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from hrdgraph.errors import Origin
from hrdgraph.explain import SourcePlan
from hrdgraph.mapping.model import Constant, TermMap
from hrdgraph.mapping.plan import QuadRule
from hrdgraph.paths import project_path
from hrdgraph.privacy.allow_list import Missing
from hrdgraph.project import Project
from hrdgraph.rdf import IRI
from hrdgraph.validate import Finding, Kind, Severity, messages_of
from hrdgraph.vocab import RDF

RULES: Final = {"property": "property-not-public", "class": "class-not-public"}
_PROPERTY = {
    "en": "{count} {count:statement|statements} with {term} {count:is|are} withheld: of a person, "
    "of a claim, or of what has no known"
    " class, only what was named public is published. To publish {count:it|them}, name it in "
    "hrdgraph.toml"
    ' (public_properties = ["{term}"]), or declare the property in ontology/core.ttl; if the '
    "things are no persons, name their class"
    " (public_classes). To keep {count:it|them} back without this warning, take the rule out of "
    "the mapping, or explain it in"
    " data/known_findings.csv.",
    "es": "Se {count:retiene|retienen} {count} {count:enunciado|enunciados} con {term}: de una "
    "persona, de una afirmación o de lo que no"
    " tiene clase conocida solo se publica lo que se declaró público. Para "
    "{count:publicarlo|publicarlos}, nómbrelo en hrdgraph.toml"
    ' (public_properties = ["{term}"]) o declare la propiedad en ontology/core.ttl; si no se trata '
    "de personas, nombre su clase"
    " (public_classes). Para {count:retenerlo|retenerlos} sin esta advertencia, quite la regla del "
    "mapeo o explíquelo en"
    " data/known_findings.csv.",
    "fr": "{count} {count:énoncé|énoncés} avec {term} {count:est retenu|sont retenus} : d'une "
    "personne, d'une assertion ou de ce qui n'a"
    " pas de classe connue, seul ce qui a été déclaré public est publié. Pour {count:le|les} "
    "publier, nommez-le dans hrdgraph.toml"
    ' (public_properties = ["{term}"]) ou déclarez la propriété dans ontology/core.ttl ; s\'il ne '
    "s'agit pas de personnes, nommez leur"
    " classe (public_classes). Pour {count:le|les} retenir sans cet avertissement, enlevez la "
    "règle du mapping ou expliquez-le dans"
    " data/known_findings.csv.",
}
_CLASS = {
    "en": "{count} {count:thing is|things are} of the class {term}, which is not known: that is "
    "withheld, and what is so classed counts as"
    ' a person. If it is none, name the class in hrdgraph.toml (public_classes = ["{term}"]); if '
    "it is one, declare the class in"
    " ontology/core.ttl.",
    "es": "{count} {count:cosa es|cosas son} de la clase {term}, que no se conoce: esto se "
    "retiene, y lo que es de ella cuenta como"
    ' persona. Si no lo es, nombre la clase en hrdgraph.toml (public_classes = ["{term}"]); si lo '
    "es, declare la clase en"
    " ontology/core.ttl.",
    "fr": "{count} {count:chose est|choses sont} de la classe {term}, qui n'est pas connue : cela "
    "est retenu, et ce qui en est compte comme"
    " une personne. Si ce n'en est pas une, nommez la classe dans hrdgraph.toml (public_classes = "
    '["{term}"]) ; si c\'en est une,'
    " déclarez la classe dans ontology/core.ttl.",
}


def find_unlisted(
    project: Project, plans: Iterable[SourcePlan], missing: Iterable[Missing]
) -> list[Finding]:
    """One warning for each property or class, with the rules that may say it. For whoever
    builds: it tells of what is withheld."""
    plans, counts = tuple(plans), dict[tuple[str, IRI], int]()
    for item in missing:
        counts[item.kind, item.term] = counts.get((item.kind, item.term), 0) + item.count
    return [
        _finding(kind, term, count, _places(project.root, plans, kind, term))
        for (kind, term), count in sorted(counts.items(), key=str)
    ]


def _finding(kind: str, term: IRI, count: int, places: tuple[Origin, ...]) -> Finding:
    texts = messages_of(_CLASS if kind == "class" else _PROPERTY, term=term.value, count=count)
    return Finding(
        severity=Severity.WARNING,
        kind=Kind.SOURCE,
        rule=RULES[kind],
        messages=texts,
        focus=term.value,
        origins=places,
    )


def _places(root: Path, plans: tuple[SourcePlan, ...], kind: str, term: IRI) -> tuple[Origin, ...]:
    """Where the rules stand that name it, else those whose property (or class) is worked out."""
    rules = [rule for item in plans for rule in item.plan.rules]
    said = [rule for rule in rules if _says(rule, kind, term)] or [
        rule for rule in rules if _may_say(rule, kind)
    ]
    return tuple(
        dict.fromkeys(
            replace(rule.origin, file=project_path(Path(rule.origin.file), root)) for rule in said
        )
    )


def _says(rule: QuadRule, kind: str, term: IRI) -> bool:
    if kind == "property":
        return _constant(rule.predicate) == term
    return _constant(rule.predicate) == RDF.type and _constant(rule.object) == term


def _may_say(rule: QuadRule, kind: str) -> bool:
    predicate = _constant(rule.predicate)
    return predicate is None or (
        kind == "class" and predicate == RDF.type and _constant(rule.object) is None
    )


def _constant(term: TermMap) -> IRI | None:
    made = term.expression
    return made.term if isinstance(made, Constant) and isinstance(made.term, IRI) else None
