"""What a report shows, as frozen values that the build fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hrdgraph.validate.findings.history import NO_CHANGE, Since
from hrdgraph.validate.findings.model import Finding

Words = Mapping[str, str]  # by language; "" is the text for all


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as the report lists it. `quads` is what its mapping made; `retrieved` is empty
    where it is not known."""

    name: str
    titles: Words
    publisher: str
    licence: str
    quads: int
    address: str = ""
    language: str = ""
    retrieved: str = ""
    visibility: str = "public"


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many things of one class the graph holds, in all and by source name. A thing of two
    sources counts once in `total`."""

    iri: str
    total: int
    by_source: Mapping[str, int] = field(default_factory=dict)
    labels: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceCount:
    """How many cited places were compared with the page's words and hold, could not be compared,
    or do not hold."""

    verified: int = 0
    unverifiable: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class WithheldCount:
    """How many statements of one property, or of claims of one visibility, were kept out of the
    build."""

    what: str
    count: int
    labels: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportData:
    """All that the report shows; equal data give equal bytes. `labels` names things and
    properties by bare IRI. `validated` is False where the shapes were not run: the report then
    vouches for nothing. `files` hold all findings.
    """

    title: str
    version: str
    quads: int
    sources: tuple[SourceLine, ...]
    classes: tuple[ClassCount, ...]
    findings: tuple[Finding, ...]
    evidence: EvidenceCount = EvidenceCount()
    withheld: tuple[WithheldCount, ...] = ()
    labels: Mapping[str, Words] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en", "fr", "es")
    validated: bool = True
    since: Since = NO_CHANGE
    files: tuple[str, ...] = ("findings.json",)


def worded(words: Words, language: str, default: str = "") -> str:
    """The words in a language, else in English, for all, or in any."""
    return next((words[tag] for tag in (language, "en", "", *words) if tag in words), default)
