"""What `explain` says of where statements come from, and who may see them and why, into French
and Spanish."""

from __future__ import annotations

from typing import Final

STANDING: Final = {
    "public": ("publique", "pública"),
    "restricted": ("restreinte", "restringida"),
    "withheld": ("retenue", "retenida"),
    "nothing says otherwise, so it is public": (
        "rien ne dit le contraire : c’est public",
        "nada dice lo contrario: es público",
    ),
    "its subject says of itself that it is public (hrd:visibility)": (
        "son sujet dit de lui-même qu’il est public (hrd:visibility)",
        "su sujeto dice de sí mismo que es público (hrd:visibility)",
    ),
    "the thing was withdrawn (data/withdrawn.csv)": (
        "la chose a été retirée (data/withdrawn.csv)",
        "la cosa fue retirada (data/withdrawn.csv)",
    ),
    "its property is not public (hrd:defaultVisibility in the ontology)": (
        "sa propriété n’est pas publique (hrd:defaultVisibility dans l’ontologie)",
        "su propiedad no es pública (hrd:defaultVisibility en la ontología)",
    ),
    "its source is not public (source.toml)": (
        "sa source n’est pas publique (source.toml)",
        "su fuente no es pública (source.toml)",
    ),
    "a table or column that it was made from is not public (source.toml)": (
        "un tableau ou une colonne dont c’est tiré n’est pas public (source.toml)",
        "una tabla o columna de la que sale no es pública (source.toml)",
    ),
    "it is about a person at risk (hrd:atRisk) and in no public award list": (
        "c’est au sujet d’une personne en danger (hrd:atRisk) et dans aucune liste publique de "
        "prix",
        "trata de una persona en riesgo (hrd:atRisk) y no está en ninguna lista pública de premios",
    ),
    "it says exactly where a living person is or was (hrd:livingVisibility in the ontology)": (
        "cela dit exactement où est ou était une personne vivante (hrd:livingVisibility dans "
        "l’ontologie)",
        "dice exactamente dónde está o estuvo una persona viva (hrd:livingVisibility en la "
        "ontología)",
    ),
    "it is about something that is not public (hrd:visibility), or that means nothing without it": (
        "c’est au sujet de quelque chose qui n’est pas public (hrd:visibility), ou qui ne dit rien "
        "sans cela",
        "trata de algo que no es público (hrd:visibility), o que sin ello no dice nada",
    ),
    "it points at something that is not public": (
        "cela renvoie à quelque chose qui n’est pas public",
        "remite a algo que no es público",
    ),
    "only statements that are not public speak of its thing": (
        "seuls des énoncés non publics parlent de sa chose",
        "solo enunciados no públicos hablan de su cosa",
    ),
    "it tells which words of a document say something that is not public": (
        "cela dit quels mots d’un document énoncent quelque chose de non public",
        "dice qué palabras de un documento enuncian algo no público",
    ),
    "its words name a thing that was withdrawn": (
        "ses mots nomment une chose qui a été retirée",
        "sus palabras nombran una cosa que fue retirada",
    ),
    "it is the digest of a table that holds something that is not public": (
        "c’est l’empreinte d’un tableau qui contient quelque chose de non public",
        "es el resumen de una tabla que contiene algo no público",
    ),
    "it was derived while something was not public": (
        "cela a été déduit alors que quelque chose n’était pas public",
        "se dedujo mientras algo no era público",
    ),
    "hrd:visibility of the claim": (
        "hrd:visibility de l’assertion",
        "hrd:visibility de la afirmación",
    ),
    "not held against a snapshot": (
        "non comparé à une copie de page",
        "sin comparar con una copia de página",
    ),
    "{file} rows {rows}": ("{file} lignes {rows}", "{file} filas {rows}"),
    ", column '{column}'": (", colonne '{column}'", ", columna '{column}'"),
}
