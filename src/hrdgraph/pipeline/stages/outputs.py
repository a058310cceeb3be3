"""Write a finished graph into the files of the build folder: those that may be published, and what
is for whoever builds. The folder takes the place of the last one when all in it is finished."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from hrdgraph.atomic_files import swap, write_file, writing_to
from hrdgraph.catalogue import Message, Vocabulary, has_sentence, phrase
from hrdgraph.errors import Origin, OutputError
from hrdgraph.evidence.snapshots import file_digest
from hrdgraph.exports.graph_texts import ExportOptions, GraphTexts
from hrdgraph.findings.history import FILE, NO_CHANGE
from hrdgraph.findings.model import Finding, Severity
from hrdgraph.findings.report_data import (
    EvidenceCount,
    ReportData,
    WithheldCount,
    class_counts,
)
from hrdgraph.findings.report_page import render
from hrdgraph.identity.persistent_iris import FILE as IRIS
from hrdgraph.ontology import Ontology, context_of
from hrdgraph.paths import project_path
from hrdgraph.pipeline.result import LEFT_OUT, BuildOptions, Result
from hrdgraph.pipeline.stages.findings_output import FindingsOutput
from hrdgraph.privacy.levels import Level, level_of
from hrdgraph.privacy.publication import Publication
from hrdgraph.privacy.readable_build import KEY
from hrdgraph.project import Project, Source
from hrdgraph.project.model import PRIVATE, read_private_manifest
from hrdgraph.rdf import IRI, ColumnGraph, Literal, parse_term
from hrdgraph.rdfio.columns import save_columns
from hrdgraph.sparql.prepared_columns import prepare_columns
from hrdgraph.stage_progress import Tell, nobody, tell_each
from hrdgraph.store.store_filling import PREFIX
from hrdgraph.tempfiles import ENDING, passing_folder
from hrdgraph.version import installed
from hrdgraph.vocab import DCTERMS, HRD, HRDV, RDFS, SKOS

if TYPE_CHECKING:
    from hashlib import _Hash as Hash


LIBRARIES = ("polars", "pyoxigraph", "pyshacl", "rdflib")


def input_files(project: Project, sources: Iterable[Source]) -> list[Path]:
    """Return every file that a build reads, sorted."""
    files = _common_files(project) | {
        project.judgements_file, project.persistent_iris_file, project.known_findings_file,
        project.withdrawn_file,
    }  # fmt: skip
    for source in sources:
        files |= {
            source.description_file,
            *source.mapping_files,
            *(source.table_file(table) for table in source.tables),
        }
    return sorted(path for path in files if path.is_file())


def public_files(project: Project) -> list[Path]:
    """List the files whose names and digests may be published, sorted: no table, no mapping and no
    list of a person. With the public cells known, a cell that is not public could be guessed
    until the digest fits; and a digest that appears or goes tells that something is hidden."""
    return sorted(path for path in _common_files(project) if path.is_file())


def _common_files(project: Project) -> set[Path]:
    model = project.model_files("context.jsonld", "**/*.ttl", "kinds/*.yml", "vocabularies/*.yml")
    queries = (path for folder in project.queries_dirs for path in folder.rglob("*.rq"))
    return {project.settings_file, *model, *queries}


def digests(
    files: Iterable[Path], root: Path, known: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Digests by path as seen from a folder; `known` are those that need not be worked out."""
    names = {project_path(path, root): path for path in files}
    return {name: known.get(name) or file_digest(path) for name, path in names.items()}


def versions() -> dict[str, str]:
    """Return the versions of hrdgraph and of the libraries that shape its output."""
    return {name: installed(name) for name in ("hrdgraph", *LIBRARIES)}


def write_manifest(path: Path, manifest: dict[str, object]) -> None:
    """Write a manifest."""
    path.write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n",
        encoding="utf-8",
        newline="\n",
    )


def _prefix(target: Path) -> str:
    """Return what the names of folders at work on `target` begin with. That of another target
    never does: what is restricted must not be put into the place of what is public."""
    return f".{target.name.replace('-', '_')}-"


@contextmanager
def workspace(target: Path, mode: int = 0o777) -> Iterator[Path]:
    """Yield an empty folder beside `target`; on leaving without an error it takes the place of
    `target`, else it is removed. `mode` says who may look into it.

    OutputError where nothing can be written.
    """
    with (
        writing_to(target, left=Message("file-as-it-was")),
        passing_folder(target.parent, _prefix(target), mode) as folder,
    ):
        yield folder
        swap(folder, target, _old(target))


def _old(target: Path) -> Path:
    """Return what `target` is called while another takes its place."""
    return target.parent / f"{_prefix(target)}old"


def recover(target: Path) -> None:
    """Remove what builds whose process has ended left behind; put back a build that was
    interrupted between the two renames."""
    old = _old(target)
    if old.exists() and not target.exists():
        old.rename(target)
    elif old.is_symlink():
        old.unlink()
    else:
        shutil.rmtree(old, ignore_errors=True)


FORMATS = ("nq", "trig", "ttl", "jsonld")
PARTS: Final = len(FORMATS) + 2  # columns, and reports with what tells of the files
STORE = "store"  # the folder, filled before the files are written
MANIFEST = "manifest.json"
_SHRUNK: Final = 0.9  # of the statements of the last build: with fewer, rows may be missing
# by folder: what a build may have written there, or a file manager or office program left
_WRITTEN: Final = {
    "": {
        *(f"graph{mark}.{ending}" for mark, ending in product(("", ".restricted"), FORMATS)),
        "report.html",
        "report.restricted.html",
        "columns",
        STORE,
        FILE,
        MANIFEST,
        PRIVATE,
    },
    PRIVATE: {
        "report.html",
        FILE,
        MANIFEST,
        "findings.xlsx",
        LEFT_OUT,
        IRIS,
        "~$findings.xlsx",
        ".~lock.findings.xlsx#",
    },
}
_ANYWHERE: Final = {".gitignore", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class OutputContext:
    """What a build was made from, and how: its files speak of it. `rules` says which query
    derived what; `public` what was withheld and withdrawn;
    `questions` are the texts of what people ask."""

    project: Project
    sources: tuple[Source, ...]
    ontology: Ontology
    rules: ColumnGraph
    public: Publication
    options: BuildOptions
    questions: tuple[str, ...] = ()

    @property
    def opened(self) -> tuple[Source, ...]:
        """Return the sources that may be named."""
        return tuple(
            source for source in self.sources if level_of(source.visibility) <= self.options.shown
        )

    def name(self, stem: str, ending: str) -> str:
        """Return the name of a file, which says if it is not for everybody."""
        shown = self.options.shown
        return f"{stem}.{ending}" if shown is Level.PUBLIC else f"{stem}.{shown.code}.{ending}"


def check_replaceable(target: Path) -> None:
    """OutputError where a build folder is no folder, or holds what no build wrote: the next
    build would take it away."""
    if target.exists() and not target.is_dir():
        hint = Message("move-out-or-delete", folder=target.parent)
        raise OutputError("file-instead-of-folder", origin=Origin(str(target)), hint=hint)
    for name, own in _WRITTEN.items():
        folder = target / name
        foreign = (
            sorted(item for item in folder.iterdir() if not _is_ours(item.name, own))
            if folder.is_dir()
            else []
        )
        if foreign:
            raise OutputError(
                Message("would-be-deleted", folder=target.name),
                origin=Origin(str(foreign[0])),
                hint=Message("move-out-or-delete", folder=target),
            )


def _is_ours(name: str, own: Set[str]) -> bool:
    """Tell whether a build or a file manager wrote it, or a store was being filled there."""
    return name in own | _ANYWHERE or (name.startswith(PREFIX) and name.endswith(ENDING))


def write_graph(
    written: OutputContext, graph: ColumnGraph, folder: Path, tell: Tell = nobody
) -> dict[str, str]:
    """Write a graph in each format, and its columns, beside the store; the digests of the files
    that have one format each, by name."""
    # with NumPy, which who only asks for the stages goes without
    from hrdgraph.exports.formats import BUILD_FORMATS

    texts = GraphTexts.of(
        graph,
        ExportOptions(
            context_of(written.project), written.project.base, prefixes=written.project.prefixes
        ),
    )
    known = {}
    for format in tell_each(FORMATS, tell, 0, PARTS):
        name, digest = written.name("graph", format), sha256()
        write_file(folder / name, _digest_chunks(BUILD_FORMATS[format](texts), digest))
        known[name] = digest.hexdigest()
    tell(len(FORMATS), PARTS)
    columns = folder / "columns"
    save_columns(graph, columns)
    prepare_columns(graph, columns, written.questions)
    save_columns(written.rules, columns / "rules")
    return known


def _digest_chunks(chunks: Iterable[bytes], digest: Hash) -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def write_reports(
    written: OutputContext, result: Result, findings: FindingsOutput, folder: Path,
    known: Mapping[str, str],
) -> Result:  # fmt: skip
    """Write the reports, the findings and the manifests beside the graph, whose digests are
    known. Return the result with its manifest."""
    project = written.project
    public = _keep_public(result, project, written.opened)
    _report(written, public, written.opened, (FILE,), folder / written.name("report", "html"))
    whole = replace(result, since=findings.since)
    _report(written, whole, written.sources, findings.files, folder / PRIVATE / "report.html")
    if written.options.answer is not None:
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    # of sources, tables and statements that are not public, the manifest does not even say how
    # many there are
    graphs = [written.name("graph", format) for format in FORMATS]
    outputs = digests(
        [folder / name for name in (*graphs, FILE, written.name("report", "html"))], folder, known
    )
    inputs = digests(public_files(project), project.root)
    more = {"quads_by_source": dict(public.counts), "inputs": inputs, "outputs": outputs}
    manifest = _common(written, public, written.opened) | _answer(written.options) | more
    write_manifest(folder / MANIFEST, manifest)
    inputs = digests(input_files(project, written.sources), project.root, inputs)
    more = {
        "quads_mapped": dict(whole.counts),
        "withheld": dict(whole.withheld),
        # not those that are down now: who was withdrawn meanwhile is in the graph
        KEY: sorted(iri.value for iri in written.public.withdrawn),
        "inputs": inputs,
    }
    write_manifest(folder / PRIVATE / MANIFEST, (_common(written, whole, written.sources) | more))
    # a table may have been cut
    before = read_private_manifest(project.build_dir).get("quads_mapped", {})
    notes = (
        phrase("statements-fewer", project.languages[0], source=name, count=count, size=size)
        for name, count, size in (
            (source.name, result.counts.get(source.name, 0), before.get(source.name, 0))
            for source in written.opened
        )
        if count < size * _SHRUNK
    )
    return replace(result, manifest=manifest, notes=(*result.notes, *notes))


def _report(
    written: OutputContext, result: Result, sources: tuple[Source, ...], files: tuple[str, ...],
    path: Path,
) -> None:  # fmt: skip
    project, evidence = written.project, result.evidence
    graphs = {project.graph_name(source.name): source.name for source in sources}
    paths = {IRI(finding.path) for finding in result.findings if finding.path}
    entries = {iri.value: written.ontology.get(iri) for iri in paths}
    labels = {iri: dict(entry.labels) for iri, entry in entries.items() if entry}
    withheld = tuple(
        WithheldCount(reason, count, _reason_labels(reason))
        for reason, count in result.withheld.items()
        if count
    )
    data = ReportData(
        title=project.title,
        version=installed("hrdgraph"),
        quads=len(result.graph),
        sources=tuple(_with_shown_title(source, result) for source in sources),
        counts={source.name: result.counts.get(source.name, 0) for source in sources},
        classes=tuple(class_counts(result.graph, written.ontology, graphs)),
        findings=result.findings,
        evidence=EvidenceCount(evidence.verified, evidence.unverifiable, len(evidence.broken)),
        withheld=withheld if path.parent.name == PRIVATE else None,
        left_out=len(result.left_out),
        labels=labels | _thing_labels(result.graph, result.findings),
        languages=project.languages,
        validated=written.options.validate,
        since=result.since or NO_CHANGE,
        files=files,
    )
    path.write_text(render(data), encoding="utf-8", newline="\n")


def _answer(options: BuildOptions) -> dict[str, object]:
    answer = options.answer
    if answer is None:
        return {"visibility": options.shown.code}
    person = {"who": answer.who, "reason": answer.reason, "when": answer.when.isoformat()}
    return {"visibility": options.shown.code, "answered_for": person}


def _common(
    written: OutputContext, result: Result, sources: tuple[Source, ...]
) -> dict[str, object]:
    unexplained = [finding for finding in result.findings if not finding.known]
    counts: Mapping[str, int] = {
        severity.value: sum(finding.severity is severity for finding in unexplained)
        for severity in Severity
    }
    changed: dict[str, object] = (
        {"since": result.since.counts()} if result.since and result.since.is_change else {}
    )
    return changed | {
        "title": written.project.title,
        "sources": [source.name for source in sources],
        "quads": len(result.graph),
        "findings": {**counts, "known": len(result.findings) - len(unexplained)},
        "validated": written.options.validate,
        "failed": result.failed,
        "evidence": {
            "verified": result.evidence.verified,
            "unverifiable": result.evidence.unverifiable,
            "whole_document": result.evidence.whole,
            # always none: what is broken is an error, and no build
            "broken": len(result.evidence.broken),
        },
        "versions": versions(),
    }


def _keep_public(result: Result, project: Project, sources: tuple[Source, ...]) -> Result:
    """Return the result as far as it may be passed on: counts are of what is in the graph,
    findings are those about it."""
    graphs = {project.graph_name(source.name): source.name for source in sources}
    sizes = result.graph.quads["g"].value_counts()
    iris = (text[1:-1] for text in result.graph.terms.gather(sizes["g"]))
    by_graph = dict(zip(iris, sizes["count"], strict=True))
    counts = {name: by_graph.get(graph, 0) for graph, name in graphs.items()}
    names = {"verified": "verified", "unverifiable": "unverifiable", "whole": "whole-document"}
    statuses = {
        field: result.graph.where(p=HRD.evidenceStatus, o=HRDV[f"evidence-status/{name}"])
        for field, name in names.items()
    }
    pieces = {field: quads.quads["s"].n_unique() for field, quads in statuses.items()}
    evidence = replace(result.evidence, **pieces, broken=())
    return replace(
        result,
        counts=counts,
        findings=result.public,
        evidence=evidence,
        withheld={},
        notes=(),
        left_out=(),
    )


def _with_shown_title(source: Source, result: Result) -> Source:
    """Return a source with a title that may be told: its name, where the graph does not say it."""
    is_told = bool(len(result.graph.where(p=DCTERMS.title, o=Literal(source.title))))
    own = {"": source.title, **source.titles}
    is_shown = is_told or source.visibility != "public"
    return replace(source, titles=own if is_shown else {"": source.name})


def _thing_labels(graph: ColumnGraph, findings: tuple[Finding, ...]) -> dict[str, dict[str, str]]:
    wanted = {
        IRI(finding.focus).n3()
        for finding in findings
        if finding.focus and not finding.focus.startswith("_:")
    }
    labels: dict[str, dict[str, str]] = {}
    places = graph.positions(pl.Series(sorted(wanted), dtype=pl.String)).drop_nulls().implode()
    for predicate in (RDFS.label, SKOS.prefLabel):
        rows = graph.where(p=predicate).quads.filter(pl.col("s").is_in(places))
        for subject, text in ColumnGraph(graph.terms, rows).text().select("s", "o").iter_rows():
            term = parse_term(text)
            if isinstance(term, Literal):
                labels.setdefault(subject[1:-1], {})[term.language] = term.value
    return labels


def _reason_labels(reason: str) -> dict[str, str]:
    """Why statements are withheld, in each language; nothing for a reason without words."""
    code = Vocabulary("reason", "en").code(reason)
    return Message(code).texts if has_sentence(code) else {}
