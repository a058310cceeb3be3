"""Judgements added one by one, and taken over from and handed to others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from hrdgraph.errors import Origin, SourceError
from hrdgraph.library.building import project_at
from hrdgraph.library.files.output_format import format_named

if TYPE_CHECKING:
    from hrdgraph.identity.recording.append import AppendResult
    from hrdgraph.project import Project

from hrdgraph.library.identity import JUDGEMENTS, reviewer

Format = Literal["nomenklatura", "sssom"]
FORMATS: Final = get_args(Format)


def judge(
    left: str,
    verdict: Literal["same", "not-same", "unsure", "open"],
    right: str,
    *,
    why: str,
    who: str | None = None,
    replace: bool = False,
    project: str | Path | Project = ".",
) -> AppendResult:
    """Add one judgement to data/judgements.csv; its `verdict` is "same", "not-same", "unsure" or
    "open". IdentityError where it contradicts what stands.

    `left` and `right` are IRIs, paths below the base of the project, or names of an authority
    such as wd:Q42; `why` is the reason. `replace` lets it take the place of an
    earlier judgement on the pair.

    >>> import hrdgraph, tempfile
    >>> project = hrdgraph.init(tempfile.mkdtemp() + "/prizes")
    >>> done = hrdgraph.judge("person/example/Ada_Example", "same", "wd:Q42", why="an example",
    ...     who="Ada", project=project)
    >>> len(done.rows)
    1
    """
    from hrdgraph.identity.authorities import in_rdf
    from hrdgraph.identity.ledger import Verdict
    from hrdgraph.identity.recording import JudgementDecision, append

    opened, now = project_at(project), datetime.now(UTC)
    one, other = (
        iri if "://" in (iri := in_rdf(text)) or iri.startswith("urn:") else opened.base + iri
        for text in (left, right)
    )
    decision = JudgementDecision(
        one, other, Verdict(verdict), reviewer(who), now.date(), why, f"{now:%H:%M:%S}Z"
    )
    return append(opened.judgements_file, [decision], name=JUDGEMENTS, replacing=replace)


def export_judgements(
    output: str | Path, *, format: Format | None = None, project: str | Path | Project = "."
) -> None:
    """Write the judgements that stand, for nomenklatura or as SSSOM. nomenklatura has no place
    for reasons: they are lost in it.
    `output` is the file, `format` nomenklatura or sssom. UsageError for another.

    >>> import hrdgraph, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "same.sssom.tsv"
    >>> hrdgraph.export_judgements(file)
    >>> "subject_id" in file.read_text("utf-8")
    True
    """
    from hrdgraph.library.files.writing import write_out

    path, ledger = Path(output), project_at(project).judgements_file
    write_out(judgements_text(ledger, format, path).encode(), path, inputs=[ledger])


def judgements_text(ledger: Path, format: str | None, output: Path | None) -> str:
    """The text of judgements in the format that is given, or that the name of a file says."""
    from hrdgraph.identity import read_ledger
    from hrdgraph.identity.exchange import FORMATS as KNOWN
    from hrdgraph.library.files.output_format import format_of

    return KNOWN[format_of(output, format, FORMATS)].write(read_ledger(ledger, JUDGEMENTS))


@dataclass(frozen=True)
class Imported:
    """What came of judgements that were taken over: the rows, and how many lines were left out,
    by reason."""

    done: AppendResult
    left_out: dict[str, int]


def import_judgements(
    file: str | Path,
    *,
    who: str,
    format: Format | None = None,
    why: str = "",
    prefix: str = "",
    automatic: bool = False,
    dry_run: bool = False,
    project: str | Path | Project = ".",
) -> Imported:
    """Add the judgements of a `file` of nomenklatura or SSSOM to data/judgements.csv: all, or none
    where one contradicts what stands.

    `who` takes them over; `why` is the reason where the file gives none; `prefix` stands before
    names that are no IRIs. `automatic` takes over what programs found, too. `dry_run` writes
    nothing.
    Raises all that is wrong with the file at once (`Problems`).

    >>> import hrdgraph, pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "same.sssom.tsv"
    >>> hrdgraph.export_judgements(file)
    >>> len(hrdgraph.import_judgements(file, who="Ada", dry_run=True).done.rows)
    0
    """
    from hrdgraph.identity.exchange import FORMATS as KNOWN
    from hrdgraph.identity.exchange.foreign import Taker
    from hrdgraph.identity.recording import append, tried

    path = Path(file)
    opened, text = project_at(project), _text(path)
    taker = Taker(
        who, why or f"taken over from {path.name}", datetime.now(UTC).date(), prefix, automatic
    )
    known = "nomenklatura" if text.lstrip().startswith("[") else "sssom"
    read = KNOWN[format_named(format or known, FORMATS)].read(text, str(path), taker)
    done = (tried if dry_run else append)(opened.judgements_file, read.decisions, name=JUDGEMENTS)
    return Imported(done, dict(read.left_out))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise SourceError("unreadable", reason=error.strerror, origin=Origin(str(file))) from None
    except UnicodeDecodeError as error:
        raise SourceError("text-not-utf8", reason=error.reason, origin=Origin(str(file))) from None
