"""A published graph into findings about the cells that a program damaged: there an error of the
spreadsheet became a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from hrdgraph.errors import Origin
from hrdgraph.explain import Lineage
from hrdgraph.privacy.hidden_cells import Secrets
from hrdgraph.rdf import ColumnGraph
from hrdgraph.sources.encoding_check import (
    BROKEN_SIGN,
    DECOMPOSED_SIGN,
    ERROR_SIGN,
    LOST,
    composed,
    is_error,
    mended,
)
from hrdgraph.validate import Finding, Kind, Severity, messages_of
from hrdgraph.validate.findings.model import TRACED
from hrdgraph.validate.findings.source_rows import TypedRows
from hrdgraph.vocab import RDF

Asked = tuple[str, str, str]  # the N-Triples texts of a statement
ERROR, BROKEN, DECOMPOSED = "spreadsheet-error", "broken-letters", "decomposed-letters"
_ERROR: Final = {
    "en": "'{text}' is an error of the spreadsheet that the table was saved from, and no value. "
    "Mend the formula there and save the table"
    " again, or leave the cell empty; if the source really says so, explain it in "
    "known_findings.csv.",
    "es": "«{text}» es un error de la hoja de cálculo de la que se guardó la tabla, no un valor. "
    "Corrija allí la fórmula y vuelva a guardar"
    " la tabla, o deje la celda vacía; si la fuente lo dice de verdad, explíquelo en "
    "known_findings.csv.",
    "fr": "« {text} » est une erreur du tableur d'où le tableau a été enregistré, et non une "
    "valeur. Corrigez-y la formule et enregistrez"
    " de nouveau le tableau, ou laissez la cellule vide ; si la source le dit vraiment, "
    "expliquez-le dans known_findings.csv.",
}
_BROKEN: Final = {
    "en": "The letters of '{text}' are broken: it was probably '{meant}'. A file was opened in "
    "another encoding than its own and saved"
    " again: correct the cell, or import the original anew in its own, mostly UTF-8.",
    "es": "Las letras de «{text}» están dañadas: probablemente era «{meant}». Un archivo se abrió "
    "con una codificación que no era la suya y"
    " se volvió a guardar: corrija la celda o importe de nuevo el original con la suya, casi "
    "siempre UTF-8.",
    "fr": "Les lettres de « {text} » sont abîmées : c'était sans doute « {meant} ». Un fichier a "
    "été ouvert dans un autre encodage que le"
    " sien, puis enregistré : corrigez la cellule ou importez de nouveau l'original dans le sien, "
    "le plus souvent UTF-8.",
}
_LOST: Final = {
    "en": "In '{text}' a letter is lost: \N{REPLACEMENT CHARACTER} stands in its place. Type it "
    "anew, as the source has it.",
    "es": "En «{text}» se ha perdido una letra: en su lugar está \N{REPLACEMENT CHARACTER}. "
    "Escríbala de nuevo, como en la fuente.",
    "fr": "Dans « {text} », une lettre est perdue : \N{REPLACEMENT CHARACTER} est à sa place. "
    "Saisissez-la de nouveau, comme la source.",
}
_DECOMPOSED: Final = {
    "en": "In '{text}' accents are characters of their own, as macOS writes names of files: it "
    "looks the same as what is typed, yet is"
    " another text, and what is made of it another thing. Type it anew: '{meant}'.",
    "es": "En «{text}» los acentos son caracteres aparte, como macOS escribe los nombres de "
    "archivos: se ve igual que lo que se teclea,"
    " pero es otro texto, y lo que se hace con él, otra cosa. Vuelva a escribirlo: «{meant}».",
    "fr": "Dans « {text} », les accents sont des caractères à part, comme macOS écrit les noms de "
    "fichiers : on dirait ce qui se tape,"
    " mais c'est un autre texte, et ce qui en est tiré une autre chose. Retapez-le : « {meant} ».",
}


def find_damaged(
    graph: ColumnGraph, lineage: Lineage, secrets: Secrets, typed: TypedRows
) -> list[Finding]:
    """One finding for each cell. Every text of a graph is looked at, and only what is made of a
    doubtful one is traced: of errors, and of broken letters, the first `TRACED` statements each."""
    asked = [
        statement
        for sign in (ERROR_SIGN, BROKEN_SIGN, DECOMPOSED_SIGN)
        for statement in _doubtful(graph, sign)
    ]
    found: dict[Origin, Finding] = {}
    for (subject, *_), traces in zip(asked, lineage.each(asked), strict=True):
        for cell in (cell for trace in traces for cell in trace.cells):
            finding = (
                None if cell.origin in found else _finding(subject, cell.value.strip(), cell.origin)
            )
            if (
                finding
                and not secrets.hides(cell.origin)
                and not secrets.hides_row(cell.origin, typed)
            ):
                found[cell.origin] = finding
    return list(found.values())


def _doubtful(graph: ColumnGraph, sign: str) -> Iterator[Asked]:
    """The statements whose object, or whose subject where they say what it is, may be made of a
    damaged cell."""
    places = graph.terms.str.contains(sign).arg_true()
    if not len(places):
        return
    kind = graph.position(RDF.type)
    of_object, of_subject = (pl.col(name).is_in(places.implode()) for name in ("o", "s"))
    quads = (
        graph.quads.filter(of_object | (of_subject & (pl.col("p") == kind)))
        .select("s", "p", "o")
        .unique(maintain_order=True)
    )
    yield from zip(*(graph.terms.gather(column) for column in quads.head(TRACED)), strict=True)


def _finding(subject: str, text: str, origin: Origin) -> Finding | None:
    """What is wrong with the text of a cell; None where nothing is."""
    if is_error(text):
        return _of_cell(Severity.VIOLATION, ERROR, _ERROR, subject, text, origin)
    meant = mended(text)
    if LOST in (meant or text):
        return _of_cell(Severity.WARNING, BROKEN, _LOST, subject, text, origin)
    if meant:
        return _of_cell(Severity.WARNING, BROKEN, _BROKEN, subject, text, origin, meant)
    whole = composed(text)
    return (
        _of_cell(Severity.WARNING, DECOMPOSED, _DECOMPOSED, subject, text, origin, whole)
        if whole
        else None
    )


def _of_cell(
    severity: Severity,
    rule: str,
    texts: Mapping[str, str],
    subject: str,
    text: str,
    origin: Origin,
    meant: str = "",
) -> Finding:
    return Finding(
        severity=severity,
        kind=Kind.SOURCE,
        rule=rule,
        focus=subject.removeprefix("<").removesuffix(">"),
        value=text,
        suggestion=meant,
        messages=messages_of(texts, text=text, meant=meant),
        origins=(origin,),
    )
