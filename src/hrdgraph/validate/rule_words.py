"""What a shape demands → sentences in three languages."""

from __future__ import annotations

from typing import Final

from hrdgraph.rdf import IRI
from hrdgraph.vocab import SH

HEADS: Final = {
    "en": {
        "for": "What it is for", "looks_at": "Looks at", "path": "Property", "demands": "Demands", "written": "Written in",
        "severity": "Severity", "passes": "This passes", "fails": "This fails", "query": "Asked with this query",
        "no_example": "No example can be drawn from this shape; the query or the shape itself says what it looks for.",
        "class": "everything that is a {}", "subjects": "everything that has {}", "objects": "everything that {} points at", "node": "{}",
        "violation": "violation", "warning": "warning", "info": "note", ":": ":",
    },
    "fr": {
        "for": "À quoi elle sert", "looks_at": "Regarde", "path": "Propriété", "demands": "Exige", "written": "Écrite dans",
        "severity": "Gravité", "passes": "Ceci passe", "fails": "Ceci échoue", "query": "Posée par cette requête",
        "no_example": "Aucun exemple ne peut être tiré de cette forme ; la requête ou la forme elle-même dit ce qu'elle cherche.",
        "class": "tout ce qui est un {}", "subjects": "tout ce qui a {}", "objects": "tout ce que désigne {}", "node": "{}",
        "violation": "violation", "warning": "avertissement", "info": "remarque", ":": "\N{NO-BREAK SPACE}:",
    },
    "es": {
        "for": "Para qué sirve", "looks_at": "Mira", "path": "Propiedad", "demands": "Exige", "written": "Escrita en",
        "severity": "Gravedad", "passes": "Esto pasa", "fails": "Esto falla", "query": "Se pregunta con esta consulta",
        "no_example": "De esta forma no se puede sacar ningún ejemplo; la consulta o la forma misma dice lo que busca.",
        "class": "todo lo que es un {}", "subjects": "todo lo que tiene {}", "objects": "todo a lo que apunta {}", "node": "{}",
        "violation": "infracción", "warning": "advertencia", "info": "nota", ":": ":",
    },
}  # fmt: skip

_EN: Final = {
    "minCount": "at least {} value(s)", "maxCount": "at most {} value(s)", "datatype": "values of the datatype {}",
    "class": "values that are a {}", "nodeKind": "values of the kind {}", "node": "values that fit the shape {}",
    "in": "one of: {}", "hasValue": "the value {} among them", "pattern": "values that match {}", "minLength": "at least {} characters",
    "maxLength": "at most {} characters", "minInclusive": "{} or more", "maxInclusive": "{} or less", "minExclusive": "more than {}",
    "maxExclusive": "less than {}", "languageIn": "a language among: {}", "uniqueLang": "no language twice", "lessThan": "less than {}",
    "lessThanOrEquals": "{} or less", "equals": "the same values as {}", "disjoint": "no value in common with {}",
    "closed": "no other property", "or": "one of several shapes", "xone": "exactly one of several shapes", "and": "several shapes at once",
    "not": "not the shape {}", "sparql": "that a query finds nothing", "qualifiedValueShape": "a number of values that fit {}",
}  # fmt: skip
_FR: Final = {
    "minCount": "au moins {} valeur(s)", "maxCount": "au plus {} valeur(s)", "datatype": "des valeurs du type {}",
    "class": "des valeurs qui sont un {}", "nodeKind": "des valeurs de la sorte {}", "node": "des valeurs conformes à la forme {}",
    "in": "une parmi : {}", "hasValue": "dont la valeur {}", "pattern": "des valeurs conformes à {}",
    "minLength": "au moins {} caractères", "maxLength": "au plus {} caractères", "minInclusive": "{} ou plus",
    "maxInclusive": "{} ou moins", "minExclusive": "plus que {}", "maxExclusive": "moins que {}", "languageIn": "une langue parmi : {}",
    "uniqueLang": "aucune langue deux fois", "lessThan": "moins que {}", "lessThanOrEquals": "{} ou moins",
    "equals": "les mêmes valeurs que {}", "disjoint": "aucune valeur commune avec {}", "closed": "aucune autre propriété",
    "or": "une forme parmi plusieurs", "xone": "exactement une forme parmi plusieurs", "and": "plusieurs formes à la fois",
    "not": "pas la forme {}", "sparql": "qu'une requête ne trouve rien", "qualifiedValueShape": "un nombre de valeurs conformes à {}",
}  # fmt: skip
_ES: Final = {
    "minCount": "al menos {} valor(es)", "maxCount": "como máximo {} valor(es)", "datatype": "valores del tipo {}",
    "class": "valores que son un {}", "nodeKind": "valores de la clase {}", "node": "valores conformes a la forma {}",
    "in": "uno de: {}", "hasValue": "entre ellos el valor {}", "pattern": "valores conformes a {}", "minLength": "al menos {} caracteres",
    "maxLength": "como máximo {} caracteres", "minInclusive": "{} o más", "maxInclusive": "{} o menos", "minExclusive": "más que {}",
    "maxExclusive": "menos que {}", "languageIn": "un idioma entre: {}", "uniqueLang": "ningún idioma dos veces",
    "lessThan": "menos que {}", "lessThanOrEquals": "{} o menos", "equals": "los mismos valores que {}",
    "disjoint": "ningún valor en común con {}", "closed": "ninguna otra propiedad", "or": "una forma entre varias",
    "xone": "exactamente una forma entre varias", "and": "varias formas a la vez", "not": "no la forma {}",
    "sparql": "que una consulta no encuentre nada", "qualifiedValueShape": "un número de valores conformes a {}",
}  # fmt: skip
DEMANDS: Final = {"en": _EN, "fr": _FR, "es": _ES}


def parameter(predicate: IRI) -> str:
    """The local name of a parameter of SHACL that there is a sentence for, else nothing."""
    name = predicate.value.removeprefix(str(SH)) if predicate.value.startswith(str(SH)) else ""
    return name if name in _EN else ""
