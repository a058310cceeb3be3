"""Given names that languages form in their own way, short forms and abbreviations, into one usual
form of each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from hrdgraph.identity.names.scripts import script_of, to_latin


@cache
def _usual_forms() -> dict[str, str]:
    """The usual form by every other one. `given_names.tsv` is meant to be read and added to by
    people who know a language."""
    text = files("hrdgraph.identity.names").joinpath("given_names.tsv").read_text("utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines()[1:]:
        usual, also, _ = line.split("\t")
        found |= {to_latin(form, script_of(form)): usual for form in (usual, *also.split())}
    return found


@cache
def _of_fathers() -> frozenset[str]:
    text = files("hrdgraph.identity.names").joinpath("given_names.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return frozenset(usual for usual, _, fathers in rows if fathers)


def usual_form(latin: str) -> str:
    """The usual form of a given name in Latin letters; "" for one that has no other."""
    return _usual_forms().get(latin, "")


def is_of_fathers(latin: str) -> bool:
    """Whether it is a given name of people whose second name is their father's given name."""
    return usual_form(latin) in _of_fathers()
