"""What a link of the network says, in English, French and Spanish: no phrase asks for the gender
of a name, or its first letter."""

from __future__ import annotations

from hrdgraph.catalogue import Vocabulary


def kind_told(kind: str, language: str) -> str:
    """What a thing of the network is, in a language."""
    return Vocabulary("kind", language)(kind)


def phrase(
    kind: str, a: str, b: str, detail: str, date: str, language: str, *, contested: bool
) -> str:
    """One claim between two things in words, with its date, and whether it is contested."""
    words = Vocabulary("network", language)
    code = "office" if kind == "role" and not detail else kind
    when = f" ({date})" if date and kind != "victim" else ""
    said = words(code, a=a, b=b, detail=detail) + when
    return f"{said} {words('contested')}" if contested else said
