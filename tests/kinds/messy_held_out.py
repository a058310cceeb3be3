"""A second corpus that nobody looked at while the guesses were tuned: registers made from the lists of CPJ and Global Witness, under the
headings that people write, and some of other kinds. Expectations were written before the first run."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from tests.kinds.messy import Messy, one

CPJ, WITNESS = "data/cpj/cpj_1992_2016.csv", "data/global_witness/global_witness_led_22-09-22.csv"
ROWS = 40
FR_TYPES, ES_TYPES = {"Murder": "assassinat"}, {"Murder": "asesinato"}
ES_COUNTRIES = {
    "Brazil": "Brasil",
    "Philippines": "Filipinas",
    "Mexico": "México",
    "Peru": "Perú",
    "Democratic Republic of the Congo": "RDC",
}
FR_COUNTRIES = {
    "Brazil": "Brésil",
    "Colombia": "Colombie",
    "Mexico": "Mexique",
    "Peru": "Pérou",
    "Iraq": "Irak",
    "Syria": "Syrie",
    "Somalia": "Somalie",
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def dmy(text: str) -> str:
    year, month, day = [*text.split("-"), "01", "01"][:3]
    return f"{day}/{month}/{year}"


def from_shared(shared: Callable[[str], Path]) -> list[Messy]:
    """The files made from the lists of others."""
    killed = [
        row
        for row in read(shared(CPJ))
        if row["Type_death"] == "Murder" and row["Date"].count(",") == 1
    ][:ROWS]
    led = read(shared(WITNESS))[:ROWS]
    cpj, gw = (
        (lambda *names: [[row[name] for name in names] for row in killed]),
        (lambda *names: [[row[name] for name in names] for row in led]),
    )
    es = [
        [
            r["name"],
            dmy(r["date"]),
            "asesinato",
            ES_COUNTRIES.get(r["country"], r["country"]),
            r["local_region"],
            r["perpetrator_type"],
        ]
        for r in led
    ]
    fr = [
        [
            r["name"],
            "assassinat",
            dmy(r["date"]),
            FR_COUNTRIES.get(r["country"], r["country"]),
            r["perpetrator_type"],
        ]
        for r in led
    ]
    fr_cpj = [
        [n, r["Name"], r["Job"], "assassinat", r["Country_killed"], r["Date"]]
        for n, r in enumerate(killed, 1)
    ]
    return [
        one("gw-es.xlsx", [["Registro de asesinatos de personas defensoras"], [], ["Nombre y apellidos", "Fecha del hecho", "Tipo de hecho", "País", "Departamento", "Presuntos responsables"], *es],
            "act", victim="Nombre y apellidos", date="Fecha del hecho", type="Tipo de hecho", country="País", perpetrator="Presuntos responsables", place="Departamento"),
        one("gw-es-2.csv", [["Víctima", "Fecha", "Agresión", "País", "Región", "Victimario"], *es], "act", delimiter=";", encoding="cp1252",
            victim="Víctima", date="Fecha", type="Agresión", country="País", perpetrator="Victimario", place="Región"),
        one("gw-fr.xlsx", [["Nom et prénom", "Nature des faits", "Date", "Pays", "Auteur présumé"], *fr], "act",
            victim="Nom et prénom", type="Nature des faits", date="Date", country="Pays", perpetrator="Auteur présumé"),
        one("gw-fr-2.csv", [["Nom complet de la victime", "Type d'acte", "Date de l'incident", "Pays", "Auteurs"], *fr], "act", delimiter=";",
            victim="Nom complet de la victime", type="Type d'acte", date="Date de l'incident", country="Pays", perpetrator="Auteurs"),
        one("gw-raw.csv", [["id", "date", "name", "country", "local_region", "perpetrator_type"], *gw("id", "date", "name", "country", "local_region", "perpetrator_type")], "act",
            date="date", victim="name", country="country", place="local_region", perpetrator="perpetrator_type"),
        one("gw-en.tsv", [["Defender", "Killed on", "Country", "What happened", "Suspects"], *[[r["name"], r["date"], r["country"], "killing", r["perpetrator_type"]] for r in led]], "act", delimiter="\t",
            victim="Defender", date="Killed on", country="Country", type="What happened", perpetrator="Suspects"),
        one("gw-totals.xlsx", [["Víctima", "Hecho", "Fecha", "País"], *[[r[0], r[2], r[1], r[3]] for r in es], ["Total", len(es)]], "act",
            victim="Víctima", type="Hecho", date="Fecha", country="País"),
        one("cpj-en.csv", [["Name", "Date killed", "Country killed", "Type of death", "Job"], *cpj("Name", "Date", "Country_killed", "Type_death", "Job")], "act",
            victim="Name", date="Date killed", country="Country killed", type="Type of death", victim_role="Job"),
        one("cpj-fr.xlsx", [["Journalistes tués"], ["N°", "Nom", "Métier", "Type de fait", "Pays", "Date des faits"], *fr_cpj], "act", merged=("A1:F1",),
            victim="Nom", type="Type de fait", country="Pays", date="Date des faits", victim_role="Métier"),
        one("cpj-people.csv", [["Full name", "Nationality", "Occupation", "Gender"], *[[r["Name"], r["Country_killed"], r["Job"], r["Sex"]] for r in killed]], "person",
            name="Full name", country="Nationality", occupation="Occupation", gender="Gender"),
        one("cpj-journalists.xlsx", [["Journalist", "Violation", "Incident date", "Country", "Source link"],
            *[[r["Name"], "killing", r["Date"], r["Country_killed"], "https://cpj.org/data/"] for r in killed]], "act",
            victim="Journalist", type="Violation", date="Incident date", country="Country", document="Source link"),
        one("cpj-fuego.csv", [["Nombre", "Hecho", "Cuándo", "País", "Fuentes", "Notas"], *[[r["Name"], "asesinato", r["Date"], r["Country_killed"], "https://cpj.org", ""] for r in killed]], "act", delimiter=";",
            victim="Nombre", type="Hecho", date="Cuándo", country="País", document="Fuentes", note="Notas"),
        one("gw-shifted.xlsx", [[], [], ["", "", "Défenseur", "Violation", "Jour", "Pays", "Village"], *[["", "", r[0], r[1], r[2], r[3], "Kisantu"] for r in fr]], "act",
            victim="Défenseur", type="Violation", date="Jour", country="Pays", place="Village"),
    ]  # fmt: skip


# other kinds and languages, own inventions
OWN = (
    one("prix.csv", [["Distinction", "Année du prix", "Nom du lauréat", "Pays", "Motif"], ["Prix Exemple", "2019", "Ana Ruiz", "Pérou", "pour son courage"], ["Prix Exemple", "2020", "Luc Bono", "Togo", ""]],
        "conferral", delimiter=";", award="Distinction", year="Année du prix", recipient="Nom du lauréat", country="Pays", motivation="Motif"),
    one("premios.xlsx", [["Galardón", "Edición", "Premiada", "Nacionalidad", "Resultado"], ["Premio Ejemplo", 2018, "Rosa Díaz", "Chile", "finalista"]],
        "conferral", award="Galardón", year="Edición", recipient="Premiada", country="Nacionalidad", outcome="Resultado"),
    one("awards-list.csv", [["Prize", "Awarded by", "Since", "Website"], ["Example Prize", "Example Foundation", "1999", "https://example.org"]],
        "award", name="Prize", conferred_by="Awarded by", founded_year="Since", website="Website"),
    one("ong.csv", [["ONG", "Sigle", "Pays", "Créée en"], ["Ligue des exemples", "LDE", "Mali", "1998"]], "organisation", delimiter=";",
        name="ONG", other_names="Sigle", country="Pays"),
    one("cargos.csv", [["Persona", "Cargo", "Organización", "Desde", "Hasta"], ["Ana Ruiz", "presidenta", "Liga Ejemplo", "2001", "2009"]], "role", delimiter=";",
        member="Persona", role="Cargo", organisation="Organización", to="Hasta", **{"from": "Desde"}),
    one("staff.xlsx", [["Name", "Position", "Organization", "Start date", "End date"], ["Joe Doe", "president", "Example League", "2001", "2009"]], "role",
        member="Name", role="Position", organisation="Organization", to="End date", **{"from": "Start date"}),
    one("detenciones.csv", [["Caso", "Víctima", "Tipo", "Fecha de los hechos", "Ciudad", "Observaciones"], ["12", "Luis Peña", "detención", "03/04/2020", "Lima", ""]], "act", delimiter=";",
        event="Caso", victim="Víctima", type="Tipo", date="Fecha de los hechos", place="Ciudad", note="Observaciones"),
    one("arrestations.xlsx", [["Dossier", "Victimes", "Fait", "Date du fait", "Localité", "Source (URL)", "Remarques"], ["A-1", "Awa Diop", "détention", "12/03/2022", "Thiès", "https://example.org/3", ""]],
        "act", event="Dossier", victim="Victimes", type="Fait", date="Date du fait", place="Localité", document="Source (URL)", note="Remarques"),
    one("pessoas.csv", [["Nome", "País", "Profissão"], ["Ana Souza", "Brasil", "advogada"]], "person", delimiter=";", name="Nome", country="País", occupation="Profissão"),
    one("rus.csv", [["Имя", "Нарушение", "Дата", "Страна", "Примечание"], ["Иван Петров", "detention", "17.05.2020", "Россия", ""]], "act", delimiter=";", encoding="cp1251",
        victim="Имя", type="Нарушение", date="Дата", country="Страна", note="Примечание"),
    one("witnesses.xlsx", [["Who", "About", "Said on", "Language"], ["Ana Ruiz", "Luis Peña", "2020-04-01", "es"]], "quotation",
        speaker="Who", about="About", date="Said on", quotation_language="Language"),
    one("fondations.csv", [["Association", "Fondée par", "Date de fondation"], ["Ligue des exemples", "Awa Diop", "1998"]], "founding", delimiter=";",
        organisation="Association", founder="Fondée par", date="Date de fondation"),
    one("kobo-es.csv", [["_id", "Fecha_del_hecho", "Nombre_de_la_victima", "Tipo_de_agresion", "Municipio", "_uuid"], ["1", "2020-04-03", "Luis Peña", "detención", "Cali", "ab"]], "act",
        date="Fecha_del_hecho", victim="Nombre_de_la_victima", type="Tipo_de_agresion", place="Municipio"),
)  # fmt: skip
