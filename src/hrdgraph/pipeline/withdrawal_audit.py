"""Withdrawn things into all that told of them, and files into the places where one of these
still stands."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from unicodedata import normalize
from urllib.parse import quote

from hrdgraph.explain import plan_sources
from hrdgraph.html_templates import escaped_html
from hrdgraph.identity import read_ledger
from hrdgraph.ontology import load
from hrdgraph.pipeline.stages.mapping import map_sources
from hrdgraph.privacy import Level, Policy, published
from hrdgraph.privacy.archive_contents import pieces
from hrdgraph.privacy.publication import policy_of
from hrdgraph.privacy.risk import NAMES
from hrdgraph.privacy.tombstones import is_telling, words_of
from hrdgraph.privacy.withdrawal_state import older_outputs
from hrdgraph.privacy.withdrawals import IDLE, IdleWithdrawal, withdrawals_of
from hrdgraph.project import Project
from hrdgraph.project.model import PRIVATE
from hrdgraph.rdf import IRI, ColumnGraph
from hrdgraph.rdf.terms import escape
from hrdgraph.user_state import project_state
from hrdgraph.validate.findings.known_findings import ANY, read_known

_SAFE: Final = "/:#?=&%"
# of the store: their texts are cut, so what is a part of a tombstone cannot be told there
_BLOCKS: Final = (".sst", ".log")
# characters: shorter words stand in too much that has nothing to do with the thing
_LONG: Final = 8


@dataclass(frozen=True)
class Needle:
    """Something that told of a withdrawn thing: what kind of something, how it may be written,
    and how it may stand in an address."""

    kind: str
    text: str
    forms: tuple[bytes, ...]
    addresses: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Remnant:
    """A place where something of a withdrawn thing still stands."""

    place: str
    kind: str
    text: str


@dataclass(frozen=True)
class AuditResult:
    """How many names are withdrawn, how much was looked for in how many files and parts of
    files, and what was found; `addresses` are those places where a name stands in an address
    only, of a document that another claim cites. For what is `idle`, nothing could be looked
    for: no source tells what to look for. Each has the reason that known_findings.csv gives, or
    "". Outputs that are `older` than the last withdrawal count as holding it, whatever was found
    in them."""

    names: int
    needles: int
    pieces: int
    left: tuple[Remnant, ...]
    addresses: tuple[Remnant, ...] = ()
    idle: tuple[tuple[IdleWithdrawal, str], ...] = ()
    older: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class UnfilteredGraph:
    """The graph of all sources in their names, nothing taken out, the policy for it, and the
    withdrawals that take nothing down."""

    graph: ColumnGraph
    policy: Policy
    idle: tuple[IdleWithdrawal, ...]


def everything(project: Project) -> UnfilteredGraph:
    """All that the sources of a project say."""
    ledger, ontology = read_ledger(project.judgements_file), load(project.ontology_dir)
    mapped = map_sources(project, plan_sources(project, project.sources), ontology, lambda _: None)
    policy = policy_of(project, project.sources, ontology, ledger, mapped.graph, rooms=mapped.rooms)
    return UnfilteredGraph(
        mapped.graph, policy, tuple(withdrawals_of(project).idle(ledger, mapped.graph))
    )


def known_names(project: Project, thing: IRI) -> tuple[list[IRI], bool]:
    """All names of a thing by the ledger, the one that was given first, and whether any source
    mentions it."""
    ledger = read_ledger(project.judgements_file)
    names = next((cluster for cluster in ledger.clusters if thing.value in cluster), (thing.value,))
    graph = everything(project).graph
    found = any(graph.position(IRI(name)) is not None for name in names)
    return [thing, *(IRI(name) for name in names if name != thing.value)], found


def search(project: Project, paths: Iterable[Path]) -> AuditResult:
    """Look for everything that told of the withdrawn things, byte by byte and in what is packed,
    in all files below `paths`. What a build keeps for whoever builds is passed over."""
    paths = tuple(paths)
    whole, standing = everything(project), withdrawals_of(project).standing
    needles = (
        {level: needles_of(project, whole, level) for level in (Level.PUBLIC, Level.RESTRICTED)}
        if standing
        else {}
    )
    found = [
        _found(place, data, needles[_level(project, path)])
        for path in (paths if needles else ())
        for place, data in pieces(path, lambda inner: inner.name == PRIVATE)
    ]
    left, addresses = (tuple(item for each in found for item in each[part]) for part in (0, 1))
    looked_for = len({needle.text for own in needles.values() for needle in own})
    return AuditResult(
        len(standing),
        looked_for,
        len(found),
        left,
        addresses,
        _explained(project, whole.idle),
        tuple(map(str, older_outputs(project, _made(project, paths)))),
    )


def _made(project: Project, paths: Iterable[Path]) -> list[Path]:
    """The outputs among places: what is under way in the workbench was not made of a build."""
    drafts = (project.drafts_dir.resolve(), project_state(project.root).resolve())
    return [path for path in paths if not any(map(path.resolve().is_relative_to, drafts))]


def _found(
    place: str, data: bytes, needles: Iterable[Needle]
) -> tuple[list[Remnant], list[Remnant]]:
    """What stands in the data, and what stands there in an address only."""
    left: list[Remnant] = []
    addresses: list[Remnant] = []
    for needle in needles:
        if any(form in data for form in needle.forms):
            left.append(Remnant(place, needle.kind, needle.text))
        elif not place.endswith(_BLOCKS) and any(form in data for form in needle.addresses):
            addresses.append(Remnant(place, needle.kind, needle.text))
    return left, addresses


def _level(project: Project, path: Path) -> Level:
    """What is shown in a place: more in the build with what is restricted."""
    is_restricted = path.resolve().is_relative_to(project.restricted().build_dir.resolve())
    return Level.RESTRICTED if is_restricted else Level.PUBLIC


def _explained(
    project: Project, idle: Iterable[IdleWithdrawal]
) -> tuple[tuple[IdleWithdrawal, str], ...]:
    known = {
        row.focus: row.why for row in read_known(project.known_findings_file) if row.rule == IDLE
    }
    return tuple((item, known.get(item.row.iri) or known.get(ANY, "")) for item in idle)


def needles_of(project: Project, whole: UnfilteredGraph, shown: Level) -> list[Needle]:
    """The names of the withdrawn things, and every term that is shown without the withdrawals
    and not with them: its IRI too, which may hold a name."""
    graph, policy = whole.graph, replace(whole.policy, shown=shown)
    after = published(graph, policy).graph
    before = published(graph, replace(policy, withdrawn=frozenset())).graph
    gone = set(before.terms) - set(after.terms)
    rest = "\n".join(word for text in after.terms for word in words_of(text))
    names = {
        word
        for text in _names(graph, policy.withdrawn)
        for word in words_of(text)
        if is_telling(word)
    }
    needles = [Needle("a name", name, _forms(name), _slugs(name)) for name in sorted(names)]
    for text in sorted(gone):
        needles += _needle(text, project.base, names, rest)
    return needles


def _needle(text: str, base: str, names: set[str], rest: str) -> Iterator[Needle]:
    if text.startswith("<"):
        iri = text[1:-1]
        short = iri.removeprefix(base)
        more = _forms(short) if short != iri and len(short) >= _LONG else ()
        yield Needle("an IRI", iri, (*_forms(iri), *more))
    for word in words_of(text):
        if (
            word not in names
            and len(word) >= _LONG
            and any(map(str.isalpha, word))
            and not _is_said(word, rest)
        ):
            yield Needle("words", word, _forms(word))


def _is_said(word: str, rest: str) -> bool:
    """Whether the rest says a word too, as it is or without the capital that pages give the
    names of things: what stands in a file may then be either."""
    return word in rest or word[:1].lower() + word[1:] in rest


def _names(graph: ColumnGraph, things: Iterable[IRI]) -> set[str]:
    own = (graph.where(s=thing, p=name).text()["o"] for thing in things for name in NAMES)
    return {text for texts in own for text in texts}


def _forms(text: str) -> tuple[bytes, ...]:
    """The ways in which a text may be written in a file: with accents in either Unicode form, as
    it is, and in the escapes of RDF, JSON, HTML and addresses."""
    return tuple(
        dict.fromkeys(
            form
            for same in (text, normalize("NFC", text), normalize("NFD", text))
            for form in _escaped(same)
        )
    )


def _escaped(text: str) -> tuple[bytes, ...]:
    ascii_only = json.dumps(text)[1:-1]
    forms = (
        text,
        escape(text),
        ascii_only,
        ascii_only.upper(),
        json.dumps(text, ensure_ascii=False)[1:-1],
        html.escape(text),
        escaped_html(text),  # our own pages write an apostrophe in another way
    )
    address = quote(text, safe=_SAFE)
    coded = [form.encode() for form in (*forms, *([address] if "%" in address else []))]
    return tuple(dict.fromkeys([*coded, text.encode("utf-16-le")]))


def _slugs(name: str) -> tuple[bytes, ...]:
    """How a name may stand in an address: its words joined, in capitals and without."""
    joined = (
        {quote(sign.join(name.split()), safe=_SAFE) for sign in "_-+"} if " " in name else set()
    )
    return tuple(form.encode() for text in sorted(joined) for form in (text, text.lower()))
