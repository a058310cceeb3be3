"""What is kept on the disk for the next process holds nothing that is not public."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.small_projects import create_small_project

from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

TABLE = "Name,Born,Country,Teléfono,Escondite,Nota\nJosé Lima CANARYAPART,1950,BR,CANARYCELL,CANARYPLACE,CANARYNOTE\n"
SETTINGS = {
    "open": "",
    "apart": 'apart = ["José Lima CANARYAPART"]\n',
    "ignored": 'ignore = ["Teléfono", "Escondite"]\n',
    "restricted": '[table.fields]\n"Escondite" = { visibility = "restricted" }\n',
    "constant beside hidden cells": '[table.fields]\n"Escondite" = { visibility = "restricted" }\n[table.columns]\noccupation = { value = "CANARYCONSTANT" }\n',
    "hidden constant": 'visibility = "restricted"\n[table.columns]\noccupation = { value = "CANARYCONSTANT" }\n',
}
CANARIES = ("CANARYAPART", "CANARYCELL", "CANARYPLACE", "CANARYNOTE", "CANARYCONSTANT")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "registro"
    create_small_project(folder, "Registro")
    return folder


@pytest.mark.sampled(2)
@pytest.mark.parametrize("settings", list(SETTINGS))
def test_no_private_value_is_in_the_cache(
    settings: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("HRDGRAPH_CACHE", str(cache))
    source = project / "data" / "sources" / "registro"
    source.mkdir(exist_ok=True)
    (source / "gente.csv").write_text(TABLE, "utf-8")
    (source / "source.toml").write_text(
        'title = "Registro"\npublisher = "Comité"\nlicence = "CC0-1.0"\nlanguage = "es"\n'
        f'[[table]]\nfile = "gente.csv"\nkind = "person"\n{SETTINGS[settings]}',
        "utf-8",
    )
    build(open_project(project), BuildOptions(validate=False))
    kept = {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()}
    assert kept  # that of the example
    assert not [word for word in CANARIES for data in kept.values() if word.encode() in data]
    is_open = settings in ("open", "ignored", "restricted")
    assert any(b"gente.csv" in data for data in kept.values()) is is_open
