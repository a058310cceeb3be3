"""Triples maps as values, and their text in each vocabulary that an engine reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

EX = "http://example.com/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = (
    "@prefix rr: <http://www.w3.org/ns/r2rml#> .\n@prefix old: <http://semweb.mmlab.be/ns/rml#> .\n"
    "@prefix ql: <http://semweb.mmlab.be/ns/ql#> .\n@prefix rml: <http://w3id.org/rml/> .\n"
)


@dataclass(frozen=True)
class Join:
    """An equi-join with another triples map, on one column of each side."""

    parent: str
    child_column: str
    parent_column: str


@dataclass(frozen=True)
class Rule:
    """One predicate and its object: exactly one of the last four says what the object is made
    of."""

    predicate: str
    reference: str = ""
    template: str = ""
    constant: str = ""
    join: Join | None = None
    datatype: str = ""


@dataclass(frozen=True)
class TriplesMap:
    """The statements made of each record of one file; `iterator` is a JSONPath, empty for CSV."""

    name: str
    file: str
    subject: str
    rules: tuple[Rule, ...]
    iterator: str = ""
    graph: str = ""


def columns(template: str) -> list[str]:
    """The references of a template, in order."""
    return [part.partition("}")[0] for part in template.split("{")[1:]]


def plan(maps: tuple[TriplesMap, ...]) -> str:
    """JSON of the maps, for engines that read no RML."""
    return json.dumps([asdict(one) for one in maps])


def current_rml(maps: tuple[TriplesMap, ...]) -> str:
    """The vocabulary of the W3C community group, with files beside the mapping."""
    return PREFIXES + "".join(_map(one, "rml", "rml", "rml", _current_source(one)) for one in maps)


def older_rml(maps: tuple[TriplesMap, ...], folder: str) -> str:
    """R2RML and the RML that came before: what peers read best. Files by their whole path."""
    return PREFIXES + "".join(
        _map(one, "rr", "old", "ql", f'"{folder}/{one.file}"') for one in maps
    )


def _current_source(one: TriplesMap) -> str:
    return f'[ a rml:RelativePathSource ; rml:root rml:MappingDirectory ; rml:path "{one.file}" ]'


def _map(one: TriplesMap, core: str, io: str, formulation: str, source: str) -> str:
    iterator = f' ; {io}:iterator "{one.iterator}"' if one.iterator else ""
    kind = "JSONPath" if one.iterator else "CSV"
    graph = f' ; {core}:graphMap [ {core}:template "{one.graph}" ]' if one.graph else ""
    rules = "".join(_rule(rule, core, io) for rule in one.rules)
    return (
        f"<{EX}map/{one.name}> a {core}:TriplesMap ;\n"
        f"  {io}:logicalSource [ {io}:source {source} ; {io}:referenceFormulation "
        f"{formulation}:{kind}{iterator} ] ;\n"
        f'{rules}  {core}:subjectMap [ {core}:template "{one.subject}"{graph} ] .\n'
    )


def _rule(rule: Rule, core: str, io: str) -> str:
    return (
        f"  {core}:predicateObjectMap [ {core}:predicate <{rule.predicate}> ; {core}:objectMap "
        f"[ {_object(rule, core, io)} ] ] ;\n"
    )


def _object(rule: Rule, core: str, io: str) -> str:
    if rule.join:
        condition = (
            f'{core}:child "{rule.join.child_column}" ; {core}:parent "{rule.join.parent_column}"'
        )
        return (
            f"{core}:parentTriplesMap <{EX}map/{rule.join.parent}> ; {core}:joinCondition [ "
            f"{condition} ]"
        )
    if rule.template:
        return f'{core}:template "{rule.template}"'
    if rule.constant:
        return f"{core}:constant <{rule.constant}>"
    return f'{io}:reference "{rule.reference}"' + (
        f" ; {core}:datatype <{rule.datatype}>" if rule.datatype else ""
    )
