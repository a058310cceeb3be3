"""A constraint → what to tell a person about a value that breaks it, where the shape has no
message of its own."""

from __future__ import annotations

from typing import Final

from hrdgraph.validate.engine.model import (
    ClassOf,
    Constraint,
    CountConstraint,
    DatatypeConstraint,
    HasValue,
    LanguageIn,
    Length,
    PairConstraint,
    PatternConstraint,
    QualifiedCount,
    Range,
)
from hrdgraph.validate.findings.model import Messages, messages_of, readable, short

_LANGUAGES = ("en", "es", "fr")
_TEXTS: Final = {
    "Class": ("This is no {}.", "Esto no es {}.", "Ceci n'est pas de la classe {}."),
    "Datatype": (
        "This is no well-formed {}.",
        "Esto no es un {} bien formado.",
        "Ceci n'est pas un {} bien formé.",
    ),
    "NodeKind": (
        "This is the wrong kind of node.",
        "Este es un tipo de nodo incorrecto.",
        "Ce type de nœud ne convient pas.",
    ),
    "MinCount": ("There are fewer than {}.", "Hay menos de {}.", "Il y en a moins de {}."),
    "MaxCount": ("There are more than {}.", "Hay más de {}.", "Il y en a plus de {}."),
    "MinInclusive": (
        "This is not {} or more.",
        "Esto no es {} o más.",
        "Ceci n'est pas {} ou plus.",
    ),
    "MaxInclusive": (
        "This is not {} or less.",
        "Esto no es {} o menos.",
        "Ceci n'est pas {} ou moins.",
    ),
    "MinExclusive": (
        "This is not more than {}.",
        "Esto no es más que {}.",
        "Ceci n'est pas supérieur à {}.",
    ),
    "MaxExclusive": (
        "This is not less than {}.",
        "Esto no es menos que {}.",
        "Ceci n'est pas inférieur à {}.",
    ),
    "MinLength": (
        "This is shorter than {} characters.",
        "Esto tiene menos de {} caracteres.",
        "Ceci a moins de {} caractères.",
    ),
    "MaxLength": (
        "This is longer than {} characters.",
        "Esto tiene más de {} caracteres.",
        "Ceci a plus de {} caractères.",
    ),
    "Pattern": (
        "This does not look like {}.",
        "Esto no tiene la forma {}.",
        "Ceci n'a pas la forme {}.",
    ),
    "LanguageIn": (
        "The language is none of {}.",
        "El idioma no es ninguno de {}.",
        "La langue n'est aucune de {}.",
    ),
    "UniqueLang": (
        "Two texts are in the same language.",
        "Dos textos están en el mismo idioma.",
        "Deux textes sont dans la même langue.",
    ),
    "Equals": (
        "The values are not those of {}.",
        "Los valores no son los de {}.",
        "Les valeurs ne sont pas celles de {}.",
    ),
    "Disjoint": (
        "This is also a value of {}.",
        "Esto es también un valor de {}.",
        "Ceci est aussi une valeur de {}.",
    ),
    "LessThan": (
        "This is not less than {}.",
        "Esto no es menor que {}.",
        "Ceci n'est pas inférieur à {}.",
    ),
    "LessThanOrEquals": ("This is more than {}.", "Esto es mayor que {}.", "Ceci dépasse {}."),
    "Not": (
        "This is what it must not be.",
        "Esto es lo que no debe ser.",
        "Ceci est ce qu'il ne doit pas être.",
    ),
    "And": (
        "This does not conform to all shapes.",
        "Esto no cumple todas las formas.",
        "Ceci n'est pas conforme à toutes les formes.",
    ),
    "Or": (
        "This conforms to none of the shapes.",
        "Esto no cumple ninguna de las formas.",
        "Ceci n'est conforme à aucune des formes.",
    ),
    "Xone": (
        "This does not conform to exactly one shape.",
        "Esto no cumple exactamente una forma.",
        "Ceci n'est pas conforme à une seule des formes.",
    ),
    "Node": (
        "This does not conform to the shape.",
        "Esto no cumple la forma.",
        "Ceci n'est pas conforme à la forme.",
    ),
    "QualifiedMinCount": (
        "Fewer than {} conform.",
        "Menos de {} cumplen.",
        "Moins de {} sont conformes.",
    ),
    "QualifiedMaxCount": (
        "More than {} conform.",
        "Más de {} cumplen.",
        "Plus de {} sont conformes.",
    ),
    "Closed": (
        "This property is not allowed here.",
        "Esta propiedad no se permite aquí.",
        "Cette propriété n'est pas permise ici.",
    ),
    "HasValue": ("The value {} is missing.", "Falta el valor {}.", "Il manque la valeur {}."),
    "Expression": ("This does not hold.", "Esto no se cumple.", "Ceci n'est pas vrai."),
    "In": (
        "This is not in the list.",
        "Esto no está en la lista.",
        "Ceci n'est pas dans la liste.",
    ),
}
_OTHER = ("This breaks the rule.", "Esto incumple la regla.", "Ceci enfreint la règle.")


def default_messages(constraint: Constraint) -> Messages:
    """The message of a constraint in English, Spanish and French."""
    about = _about(constraint)
    texts = _TEXTS.get(constraint.name, _OTHER)
    return messages_of(
        {
            language: text.replace("{}", about)
            for language, text in zip(_LANGUAGES, texts, strict=True)
        }
    )


def _about(constraint: Constraint) -> str:
    match constraint:
        case ClassOf(term) | HasValue(term):
            return readable(term.n3())
        case DatatypeConstraint(iri) | PairConstraint(predicate=iri):
            return short(iri.value)
        case CountConstraint() | Length() | QualifiedCount():
            return str(constraint.limit)
        case Range():
            return constraint.limit.value
        case PatternConstraint(text):
            return text
        case LanguageIn(ranges):
            return ", ".join(ranges)
    return ""
