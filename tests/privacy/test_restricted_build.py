"""A copy with what is restricted gives no lasting IRI, and tells the public build nothing."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from tests.pipeline.canaries import read_outputs
from tests.small_projects import create_small_project

from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.pipeline.result import Accountability
from hrdgraph.project import open_project

RESTRICTED: Final = "Ayşe Gizli Yıldırım"
WITHHELD: Final = "عبد الرحمن الشامي"
PAGE: Final = "https://defensores.example.org/informe/"
PEOPLE: Final = (
    "Nombre,Nacimiento,País,Quién lo ve,Fuente\n"
    f"María José Ñáñez de la Peña,,CO,public,{PAGE}1\n"
    f"{RESTRICTED},,TR,restricted,{PAGE}2\n"
    f"{WITHHELD},,SY,withheld,{PAGE}3\n"
)
ACTS: Final = (
    "type,victim,date,place,country,visibility,source_url\n"
    f"detention,María José Ñáñez de la Peña,2019-03-04,Ñuñoa,CO,,{PAGE}1\n"
    f"threat,{RESTRICTED},2020,Kızılay,TR,restricted,{PAGE}2\n"
)
WORD: Final = Accountability("Irène", "una visita", date(2026, 11, 30))


def digests(folder: Path) -> dict[str, str]:
    """The digests of the files of a folder but of the store, into which the database writes times."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "store" not in path.parts
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is built for everybody, and once more with what is restricted."""
    folder = tmp_path_factory.mktemp("restringido") / "registro"
    create_small_project(folder, "Registro")
    shutil.rmtree(folder / "data" / "sources" / "example")
    source = folder / "data" / "sources" / "registro"
    source.mkdir()
    (source / "gente.csv").write_text(PEOPLE.replace("Quién lo ve", "visibility"), "utf-8")
    (source / "actos.csv").write_text(ACTS, "utf-8")
    (source / "source.toml").write_text(
        'title = "Registro"\npublisher = "Comité"\nlicence = "CC0-1.0"\nlanguage = "es"\n'
        '[[table]]\nfile = "gente.csv"\nkind = "person"\n[[table]]\nfile = "actos.csv"\nkind = "act"\n',
        "utf-8",
    )
    build(open_project(folder), BuildOptions(validate=False))
    (folder / "before.json").write_text(json.dumps(digests(folder / "build")), "utf-8")
    shutil.copy(folder / "data" / "persistent_iris.csv", folder / "ledger.csv")
    build(open_project(folder), BuildOptions(validate=False, answer=WORD))
    return folder


def test_it_holds_what_is_restricted_and_nothing_that_is_withheld(project: Path) -> None:
    graph = (project / "build-restricted" / "graph.restricted.nq").read_text("utf-8")
    assert RESTRICTED in graph
    assert "María José" in graph
    assert not [
        name
        for name, data in read_outputs(project / "build-restricted")
        if WITHHELD.encode() in data
    ]
    assert RESTRICTED not in (project / "build" / "graph.nq").read_text("utf-8")


def test_it_says_for_whom_it_is(project: Path) -> None:
    graph = (project / "build-restricted" / "graph.restricted.nq").read_text("utf-8")
    [said] = [line for line in graph.splitlines() if "/accessRights>" in line]
    assert "visibility/restricted>" in said
    assert said.endswith("/restricted> .")
    assert '"Registro (restricted: not for publication)"' in graph
    assert "#Dataset>" in graph
    assert "accessRights" not in (project / "build" / "graph.nq").read_text("utf-8")
    manifest = json.loads((project / "build-restricted" / "manifest.json").read_bytes())
    assert manifest["visibility"] == "restricted"
    assert "Irène" in json.dumps(manifest, ensure_ascii=False)
    assert stat.S_IMODE((project / "build-restricted").stat().st_mode) == 0o700
    assert (project / "build-restricted" / ".gitignore").read_text() == "*\n"


def test_it_changes_no_byte_of_what_everybody_sees(project: Path) -> None:
    assert digests(project / "build") == json.loads((project / "before.json").read_text("utf-8"))


def test_it_gives_no_lasting_iri(project: Path) -> None:
    """In the ledger, which may be published, the name of somebody would say that she is there."""
    assert (project / "data" / "persistent_iris.csv").read_bytes() == (
        project / "ledger.csv"
    ).read_bytes()
    assert "Gizli" not in (project / "ledger.csv").read_text("utf-8")
    graph = (project / "build-restricted" / "graph.restricted.nq").read_text("utf-8")
    assert "/id/person/María_José_Ñáñez_de_la_Peña>" in graph
    assert "/id/person/Ayşe_Gizli_Yıldırım>" not in graph


def test_the_next_public_build_is_as_before(project: Path) -> None:
    build(open_project(project), BuildOptions(validate=False))
    before = json.loads((project / "before.json").read_text("utf-8"))
    public = {name for name in before if not name.startswith("private/")}
    after = digests(project / "build")
    assert {name for name in public if after[name] != before[name]} <= {"manifest.json"}
