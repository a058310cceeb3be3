"""Workbooks and text tables as people hand them out, made from own inventions, each with the kind and the columns that are right."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

Cells = Sequence[Sequence[object]]

ACTS_FR = [
    ["Marie Mukendi", "détention", "04/03/2021", "Goma", "RDC"],
    ["Jean Ilunga", "assassinat", "17/05/2020", "Bukavu", "RDC"],
    ["Aline Nzuzi", "menace", "?", "Kinshasa", "RDC"],
]
ACTS_ES = [
    ["Ana Ruiz", "detención", "4 de marzo de 2021", "Cali", "Colombia"],
    ["Luis Peña", "asesinato", "17 de mayo de 2020", "Cauca", "Colombia"],
]
ACTS_EN = [
    ["Jane Doe", "killing", "03/17/2021", "Springfield", "United States"],
    ["John Roe", "threat", "04/02/2021", "Shelbyville", "United States"],
]


@dataclass(frozen=True)
class Messy:
    """A file to be made: sheets of cells, or a text; `right` is for each table in it the kind, and the heading of each column."""

    name: str
    sheets: tuple[tuple[str, Cells], ...]
    right: tuple[tuple[str, dict[str, str]], ...]
    merged: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"

    def make(self, folder: Path) -> Path:
        """Write the file."""
        path = folder / self.name
        if path.suffix == ".xlsx":
            self._workbook().save(path)
        else:
            text = io.StringIO()
            csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n").writerows(
                self.sheets[0][1]
            )
            path.write_bytes(text.getvalue().encode(self.encoding))
        return path

    def _workbook(self) -> openpyxl.Workbook:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, cells in self.sheets:
            sheet = book.create_sheet(title)
            for number, row in enumerate(cells, 1):
                for place, cell in enumerate(row, 1):
                    if cell not in (None, ""):
                        sheet.cell(number, place, cell)  # type: ignore[arg-type]
            for span in self.merged if title == self.sheets[0][0] else ():
                sheet.merge_cells(span)
        return book


def one(name: str, cells: Cells, kind: str, /, *, merged: tuple[str, ...] = (), delimiter: str = ",", encoding: str = "utf-8",
        **right: str) -> Messy:  # fmt: skip
    """A file with one table."""
    return Messy(name, (("Feuille1", cells),), ((kind, right),), merged, delimiter, encoding)


FR = ["Nom de la victime", "Type de violation", "Date des faits", "Lieu", "Pays"]
FR_RIGHT = {"victim": FR[0], "type": FR[1], "date": FR[2], "place": FR[3], "country": FR[4]}
ES = ["Nombre de la víctima", "Tipo de agresión", "Fecha del hecho", "Municipio", "País"]
ES_RIGHT = {"victim": ES[0], "type": ES[1], "date": ES[2], "place": ES[3], "country": ES[4]}
EN = ["Victim name", "Type of violation", "Date of incident", "Location", "Country"]
EN_RIGHT = {"victim": EN[0], "type": EN[1], "date": EN[2], "place": EN[3], "country": EN[4]}

MESSY = (
    one("plain.xlsx", [FR, *ACTS_FR], "act", **FR_RIGHT),
    one("title-above.xlsx", [["Registre des violations 2021"], [], FR, *ACTS_FR], "act", merged=("A1:E1",), **FR_RIGHT),
    one("groups-above.xlsx", [["Victime", "", "Faits", "", ""], FR, *ACTS_FR], "act", merged=("A1:B1", "C1:E1"), **FR_RIGHT),
    one("total.xlsx", [FR, *ACTS_FR, ["Total", "3", "", "", ""]], "act", **FR_RIGHT),
    one("remark-below.xlsx", [FR, *ACTS_FR, [], ["Source : entretiens de terrain"]], "act", **FR_RIGHT),
    one("blank-rows.xlsx", [FR, ACTS_FR[0], [], *ACTS_FR[1:]], "act", **FR_RIGHT),
    one("numbers.xlsx", [["N°", *FR], *[[n, *row] for n, row in enumerate(ACTS_FR, 1)]], "act", **FR_RIGHT),
    one("shifted.xlsx", [[], ["", "", *FR], *[["", "", *row] for row in ACTS_FR]], "act", **FR_RIGHT),
    one("shouted.xlsx", [[name.upper() for name in FR], *ACTS_FR], "act", **{k: v.upper() for k, v in FR_RIGHT.items()}),
    one("two-lines.xlsx", [[name.replace(" ", "\n", 1) for name in FR], *ACTS_FR], "act", **FR_RIGHT),
    one("semicolon.csv", [FR, *ACTS_FR], "act", delimiter=";", encoding="cp1252", **FR_RIGHT),
    one("bom.csv", [FR, *ACTS_FR], "act", delimiter=";", encoding="utf-8-sig", **FR_RIGHT),
    one("utf16.tsv", [FR, *ACTS_FR], "act", delimiter="\t", encoding="utf-16", **FR_RIGHT),
    one("espanol.xlsx", [ES, *ACTS_ES], "act", **ES_RIGHT),
    one("espanol.csv", [ES, *ACTS_ES], "act", delimiter=";", encoding="cp1252", **ES_RIGHT),
    one("english.csv", [EN, *ACTS_EN], "act", **EN_RIGHT),
    one("pipes.csv", [EN, *ACTS_EN], "act", delimiter="|", **EN_RIGHT),
    one("portugues.csv", [["Nome da vítima", "Tipo de violação", "Data do fato", "Local", "País"],
        ["Ana Souza", "killing", "17/05/2020", "Pará", "Brasil"], ["Rui Lima", "threat", "02/05/2021", "Acre", "Brasil"]], "act",
        victim="Nome da vítima", type="Tipo de violação", date="Data do fato", place="Local", country="País"),
    one("russian.csv", [["ФИО", "Вид нарушения", "Дата", "Место", "Страна"], ["Иван Петров", "detention", "17.05.2020", "Грозный", "Россия"],
        ["Анна Сидорова", "killing", "03.04.2021", "Москва", "Россия"]], "act", delimiter=";", encoding="cp1251",
        victim="ФИО", type="Вид нарушения", date="Дата", place="Место", country="Страна"),
    one("arabic.xlsx", [["اسم الضحية", "نوع الانتهاك", "التاريخ", "المكان", "البلد"], ["أحمد علي", "detention", "2021-03-04", "القاهرة", "مصر"]],
        "act", victim="اسم الضحية", type="نوع الانتهاك", date="التاريخ", place="المكان", country="البلد"),
    one("winners.xlsx", [["Prix", "Année", "Lauréat", "Pays"], ["Prix Martin Ennals", 2013, "Maison des Exemples", "Russie"],
        ["Prix Rafto", 2014, "Mairam Khan", "Kirghizistan"]], "conferral", award="Prix", year="Année", recipient="Lauréat", country="Pays"),
    one("winners-en.csv", [["Year", "Award", "Winner", "Nationality", "Source link"],
        ["2013", "Martin Ennals Award", "Ada Example", "Russia", "https://example.org/1"]], "conferral",
        year="Year", award="Award", recipient="Winner", country="Nationality", document="Source link"),
    one("ganadores.csv", [["Premio", "Año", "Galardonada", "País"], ["Premio Nacional", "2019", "Ana Ruiz", "Colombia"]], "conferral",
        delimiter=";", award="Premio", year="Año", recipient="Galardonada", country="País"),
    one("people.xlsx", [["Nom complet", "Autres noms", "Nationalité", "Profession", "Né le"],
        ["Marie Mukendi", "M. Mukendi", "congolaise", "avocate", "02/05/1981"]], "person",
        name="Nom complet", other_names="Autres noms", occupation="Profession", birth="Né le"),
    one("organisations.csv", [["Organisation", "Sigle", "Pays", "Fondée en"], ["Comité contre la torture", "CAT", "Russie", "2000"]],
        "organisation", delimiter=";", name="Organisation", other_names="Sigle", country="Pays", founded="Fondée en"),
    one("roles.csv", [["Personne", "Fonction", "Organisation", "Depuis"], ["Igor Kalyapin", "président", "Comité contre la torture", "2000"]],
        "role", delimiter=";", member="Personne", role="Fonction", organisation="Organisation", **{"from": "Depuis"}),
    Messy("two-sheets.xlsx", (("Faits", [FR, *ACTS_FR]), ("Prix", [["Lauréat", "Prix", "Année"], ["Marie Mukendi", "Prix Rafto", 2020]])),
          (("act", FR_RIGHT), ("conferral", {"recipient": "Lauréat", "award": "Prix", "year": "Année"}))),
    Messy("two-tables.xlsx", (("Tout", [FR, *ACTS_FR, [], ["Lauréat", "Prix", "Année"], ["Marie Mukendi", "Prix Rafto", 2020]]),),
          (("act", FR_RIGHT), ("conferral", {"recipient": "Lauréat", "award": "Prix", "year": "Année"}))),
    Messy("beside.xlsx", (("Tout", [[*FR, "", "Lauréat", "Prix", "Année"], [*ACTS_FR[0], "", "Marie Mukendi", "Prix Rafto", 2020],
          [*ACTS_FR[1], "", "Jean Ilunga", "Prix Rafto", 2021]]),),
          (("act", FR_RIGHT), ("conferral", {"recipient": "Lauréat", "award": "Prix", "year": "Année"}))),
    one("kobo.csv", [["_id", "Date_de_l_incident", "Nom_de_la_victime", "Type_de_violation", "Localite", "_submission_time"],
        ["1", "2021-03-04", "Marie Mukendi", "détention", "Goma", "2021-03-05T10:00:00"]], "act",
        date="Date_de_l_incident", victim="Nom_de_la_victime", type="Type_de_violation", place="Localite"),
    one("free-words.xlsx", [["Victime", "Ce qui s'est passé", "Quand", "Où"], ["Marie Mukendi", "détention", "04/03/2021", "Goma"],
        ["Jean Ilunga", "menace", "17/03/2021", "Goma"]], "act", victim="Victime", type="Ce qui s'est passé", date="Quand"),
)  # fmt: skip
