"""Reasons for and against a match into sentences in English, French and Spanish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "fr", "es")


@dataclass(frozen=True, slots=True)
class Reason:
    """One observation: its code, what it adds to the score in log-odds (less than 0 speaks
    against), and the words it is about."""

    code: str
    points: float
    words: tuple[str, ...] = ()


_TEXTS: Final = {
    "kinds": (
        "not of one kind ({0}, {1})",
        "pas du même genre ({0}, {1})",
        "no son de la misma clase ({0}, {1})",
    ),
    "same-name": ("same name ({0})", "même nom ({0})", "mismo nombre ({0})"),
    "same-words": (
        "same words in another order or spelling ({0} / {1})",
        "mêmes mots, autre ordre ou autre graphie ({0} / {1})",
        "mismas palabras en otro orden o grafía ({0} / {1})",
    ),
    "sounds-alike": (
        "names that sound alike ({0} / {1})",
        "noms qui se prononcent de façon semblable ({0} / {1})",
        "nombres que suenan parecido ({0} / {1})",
    ),
    "two-scripts": (
        "same name in two scripts ({0} / {1})",
        "même nom en deux écritures ({0} / {1})",
        "mismo nombre en dos escrituras ({0} / {1})",
    ),
    "former-name": (
        "same former name ({0} / {1})",
        "même ancien nom ({0} / {1})",
        "mismo nombre anterior ({0} / {1})",
    ),
    "initials": (
        "same family name, and an initial that fits ({0} / {1})",
        "même nom de famille, et une initiale qui convient ({0} / {1})",
        "mismo apellido y una inicial que encaja ({0} / {1})",
    ),
    "one-name": (
        "only one word to compare ({0} / {1})",
        "un seul mot à comparer ({0} / {1})",
        "una sola palabra para comparar ({0} / {1})",
    ),
    "more-names": (
        "one has a further name ({0})",
        "l'un porte un nom de plus ({0})",
        "uno lleva un nombre más ({0})",
    ),
    "patronymic": (
        "a patronymic in one only ({0})",
        "un patronyme chez l'un seulement ({0})",
        "patronímico solo en uno ({0})",
    ),
    "other-patronymic": (
        "different patronymics ({0} / {1})",
        "patronymes différents ({0} / {1})",
        "patronímicos diferentes ({0} / {1})",
    ),
    "other-name": (
        "different names ({0} / {1})",
        "noms différents ({0} / {1})",
        "nombres diferentes ({0} / {1})",
    ),
    "common-name": (
        "a common name among these records",
        "un nom fréquent dans ces données",
        "un nombre frecuente en estos datos",
    ),
    "other-birth": (
        "different years of birth",
        "années de naissance différentes",
        "años de nacimiento diferentes",
    ),
    "near-birth": (
        "years of birth one apart",
        "années de naissance à un an près",
        "años de nacimiento con un año de diferencia",
    ),
    "same-birth": ("same year of birth", "même année de naissance", "mismo año de nacimiento"),
    "other-death": (
        "different years of death",
        "années de décès différentes",
        "años de muerte diferentes",
    ),
    "same-death": ("same year of death", "même année de décès", "mismo año de muerte"),
    "other-founded": (
        "different founding years",
        "années de fondation différentes",
        "años de fundación diferentes",
    ),
    "same-founded": ("same founding year", "même année de fondation", "mismo año de fundación"),
    "other-gender": ("different genders", "genres différents", "géneros diferentes"),
    "same-identifier": (
        "same identifier ({0})",
        "même identifiant ({0})",
        "mismo identificador ({0})",
    ),
    "other-identifier": (
        "different identifiers of one authority ({0} / {1})",
        "identifiants différents d'une même autorité ({0} / {1})",
        "identificadores diferentes de una misma autoridad ({0} / {1})",
    ),
    "same-award": (
        "same award and year ({0})",
        "même prix, même année ({0})",
        "mismo premio y año ({0})",
    ),
    "same-organisation": (
        "same organisation ({0})",
        "même organisation ({0})",
        "misma organización ({0})",
    ),
    "same-person": (
        "same person in both ({0})",
        "même personne dans les deux ({0})",
        "misma persona en ambas ({0})",
    ),
    "same-country": ("same country ({0})", "même pays ({0})", "mismo país ({0})"),
    "other-country": (
        "different countries ({0} / {1})",
        "pays différents ({0} / {1})",
        "países diferentes ({0} / {1})",
    ),
    "same-meaning": (
        "same meaning, word by word ({0} / {1})",
        "même sens, mot à mot ({0} / {1})",
        "mismo significado, palabra por palabra ({0} / {1})",
    ),
    "near-meaning": (
        "most of the meaning is shared ({0} / {1})",
        "l'essentiel du sens est commun ({0} / {1})",
        "comparten la mayor parte del significado ({0} / {1})",
    ),
    "acronym": ("{0} is the acronym of {1}", "{0} est le sigle de {1}", "{0} es la sigla de {1}"),
    "full-names": (
        "the full names do not agree",
        "les noms complets ne concordent pas",
        "los nombres completos no concuerdan",
    ),
    "turned": (
        "family name and given name would have changed places",
        "nom et prénom seraient intervertis",
        "el apellido y el nombre estarían intercambiados",
    ),
    "one-source": (
        "one source lists both",
        "une même source cite les deux",
        "una misma fuente cita ambos",
    ),
    "other-meaning": ("different: {0} / {1}", "différent : {0} / {1}", "diferente: {0} / {1}"),
    "more-meaning": ("one says more ({0})", "l'un en dit plus ({0})", "uno dice más ({0})"),
    "general-name": (
        "a general name, without a word of its own",
        "un nom général, sans mot propre",
        "un nombre general, sin palabra propia",
    ),
    "same-victim": ("same victim ({0})", "même victime ({0})", "misma víctima ({0})"),
    "other-victim": (
        "no victim in common",
        "aucune victime commune",
        "ninguna víctima en común",
    ),
    "same-act": (
        "same kind of act ({0})",
        "même type d'acte ({0})",
        "mismo tipo de acto ({0})",
    ),
    "other-act": (
        "different kinds of act ({0} / {1})",
        "types d'actes différents ({0} / {1})",
        "tipos de actos diferentes ({0} / {1})",
    ),
    "only-once": ("nobody dies twice", "nul ne meurt deux fois", "nadie muere dos veces"),
    "same-days": ("same date", "même date", "misma fecha"),
    "overlapping-days": (
        "dates that can be the same",
        "dates qui peuvent coïncider",
        "fechas que pueden coincidir",
    ),
    "other-days": ("different dates", "dates différentes", "fechas diferentes"),
    "undated": ("one has no date", "l'un n'a pas de date", "uno no tiene fecha"),
    "no-likeness": ("no likeness", "aucune ressemblance", "ningún parecido"),
}


def worded(reasons: Sequence[Reason], language: str = "en") -> str:
    """The reasons as one sentence, what counts most first."""
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    ordered = sorted(reasons, key=lambda reason: -abs(reason.points))
    joint = "\N{NO-BREAK SPACE}; " if language == "fr" else "; "
    return joint.join(_TEXTS[reason.code][place].format(*reason.words) for reason in ordered)
