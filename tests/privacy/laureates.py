"""A small project with people of many scripts, one of whom is in the words about others."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Final

from tests.small_projects import create_small_project

# what each is praised for names others, as no table of people writes them
MOTIVATIONS: Final = {
    "José Lima": "por los ríos de Lima",
    "María Guadalupe Hernández-Ochoa": "defended Jose\u0301 Lima in court",
    "Li Wei": "与刘晓波一起写作",
    "刘晓波": "for his writing",
    "عبد الهادي الخواجة": "for his work",
    'Óscar "El Gallo" Peña': "for his songs",
    "Zafer Kızılkaya": "with عَبد الهادي الخواجة and Óscar “El Gallo” PEÑA",
    "Sinegugu O'Brien": "with maría guadalupe hernández‑ochoa, and the limas of JOSÉ LIMA",
    "Nyan": "in Nyandarua; he studied in Lima",
    "Batmunkh Luvsandash": "worked with NYAN, and with Sinegugu O’Brien",
}
COUNTRIES: Final = ("PE", "MX", "CN", "CN", "BH", "MX", "TR", "ZA", "KE", "MN")
SOURCE: Final = "laureates-2024"
BASE: Final = "https://example.org/id/"


def write_laureates(
    project: Path,
    source: str,
    names: dict[str, str],
    year: int = 2024,
    countries: tuple[str, ...] = COUNTRIES,
) -> None:
    """Write a source whose rows are prizes for people, each praised in some words."""
    folder = project / "data" / "sources" / source
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(
        f'title = "{source}"\npublisher = "Rafto"\nlicence = "CC0-1.0"\nlanguage = "en"\n'
        '[[table]]\nfile = "winners.csv"\nkind = "conferral"\n',
        encoding="utf-8",
    )
    with (folder / "winners.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["award", "year", "recipient", "country", "motivation", "source_url"])
        for (name, words), country in zip(names.items(), countries, strict=False):
            url = "https://example.com/news/lima-prize"
            writer.writerow(["Prix José Lima", year, name, country, words, url])


def create_laureates(folder: Path) -> None:
    """Create the project."""
    create_small_project(folder, "Laureates")
    shutil.rmtree(folder / "data" / "sources" / "example")
    write_laureates(folder, SOURCE, MOTIVATIONS)
