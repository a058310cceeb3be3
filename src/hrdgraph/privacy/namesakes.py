"""data/private/namesakes.csv: names that one source keeps back and another uses, and what somebody
has answered; a build adds the questions that are new."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from hrdgraph.atomic_files import told, write_file
from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError
from hrdgraph.findings.model import Finding, Kind, Severity
from hrdgraph.identity.ledger import Verdict
from hrdgraph.kinds.codes import codes_of
from hrdgraph.kinds.levels import SCHEME
from hrdgraph.paths import project_path
from hrdgraph.privacy.kept_back import key_of
from hrdgraph.privacy.levels import Level, Question
from hrdgraph.privacy.readable_build import built_graph
from hrdgraph.privacy.withdrawals import close_folder

if TYPE_CHECKING:
    import polars as pl

    from hrdgraph.identity import Ledger
    from hrdgraph.project import Project

RULE: Final = "namesake-kept-back"
COLUMNS: Final = ("name", "kept back in", "named in", "answer")


def read_answers(project: Project) -> Mapping[tuple[str, str, str], Level]:
    """Who may see what another source says of a name, by `key_of` the question. SourceError on an
    answer that is none."""
    answers: dict[tuple[str, str, str], Level] = {}
    codes = codes_of(project.ontology_dir / "vocabularies", SCHEME)
    for number, (name, kept_in, named_in, answer) in enumerate(_read_rows(project), 2):
        if answer:
            code = codes.known(answer)
            if code is None:
                place = Origin(str(project.namesakes_file), row=number, column=COLUMNS[-1])
                hint = Message("is-one-of", known=", ".join(level.code for level in Level))
                raise SourceError("namesake-answer-unknown", value=answer, origin=place, hint=hint)
            graphs = (f"<{project.graph_name(source)}>" for source in (kept_in, named_in))
            answers[key_of(Question(name, *graphs))] = Level[code.upper()]
    return answers


def _read_rows(project: Project) -> list[list[str]]:
    """The rows below the header, each of four cells."""
    path = project.namesakes_file
    if not path.exists():
        return []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("unreadable", reason=error, origin=Origin(str(path))) from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:]
    return [[*map(str.strip, (*row, "", "", "", "")[:4])] for row in rows]


def add_questions(project: Project, questions: Iterable[Question]) -> None:
    """Add the questions that the file does not have yet, without an answer."""
    path, graphs = project.namesakes_file, _sources_by_graph(project)
    known = {tuple(row[:3]) for row in _read_rows(project)}
    asked = (
        (each.name, graphs[each.kept_in], graphs[each.named_in])
        for each in questions
        if each.kept_in in graphs and each.named_in in graphs
    )
    new = [row for row in dict.fromkeys(asked) if row not in known]
    if not new:
        return
    rows = [*_read_rows(project), *([*row, ""] for row in new)]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    with told(path):
        close_folder(path.parent)
    write_file(path, [text.getvalue().encode("utf-8-sig")])  # Excel reads UTF-8 by its mark
    with told(path):
        path.chmod(0o600)


def find_namesakes_kept_back(project: Project, questions: Iterable[Question]) -> list[Finding]:
    """A warning for each question without an answer. It is for whoever builds: it tells of
    somebody who is kept back."""
    graphs, file = _sources_by_graph(project), project_path(project.namesakes_file, project.root)
    return [
        Finding(
            severity=Severity.WARNING,
            kind=Kind.SOURCE,
            rule=RULE,
            fact=Message(
                RULE,
                name=each.name,
                source=graphs.get(each.kept_in, ""),
                other=graphs.get(each.named_in, ""),
                file=file,
            ),
            focus=file,
            value=each.name,
            origins=(Origin(file),),
        )
        for each in questions
    ]


def _sources_by_graph(project: Project) -> dict[str, str]:
    return {f"<{project.graph_name(one.name)}>": one.name for one in project.sources}


def different_names(ledger: Ledger) -> tuple[tuple[str, str], ...]:
    """The pairs of names that people judged to be two."""
    rows = ledger.standing.values()
    return tuple((row.left, row.right) for row in rows if row.verdict == Verdict.NOT_SAME)


def mark_published(project: Project, ledger: Ledger, quads: pl.DataFrame) -> pl.Series:
    """A mark on those of some quads, as texts in the names of their sources, that the last build
    says. Which of its names a thing has first may change: the property is not looked at."""
    import polars as pl

    built = built_graph(project)
    if built is None:
        return quads["s"].is_null()
    things = {f"<{alias}>": f"<{iri}>" for alias, iri in ledger.canonical.items()}
    old, new = (pl.Series(texts, dtype=pl.String) for texts in (things.keys(), things.values()))
    ends = ("s", "o", "g")
    named = (quads[end].replace(old, new) if things else quads[end] for end in ends)
    at = pl.DataFrame(
        [built.positions(texts).alias(end) for end, texts in zip(ends, named, strict=True)]
    )
    there = built.quads.select(ends).unique().with_columns(is_there=pl.lit(True))
    return at.join(there, on=ends, how="left", maintain_order="left")["is_there"].fill_null(False)
