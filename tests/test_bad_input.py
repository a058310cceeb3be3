"""What a hostile or careless author writes is an error with its place, exit 1, in little time:
never a fault of ours, never a hang."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from hrdgraph.errors import ProjectError
from hrdgraph.findings.cells import matcher_of

MAPPING = """@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://e.org/> .
<#m> a rml:TriplesMap ; rml:logicalSource [ rml:source [ a rml:RelativePathSource ;
  rml:path "t.csv" ] ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:template "http://e.org/{a}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:b ; rml:objectMap [ rml:reference "b" ] ] .
"""
ONTOLOGY = "<> a <http://www.w3.org/2002/07/owl#Ontology> .\n"


def run(*arguments: str | Path, folder: Path) -> tuple[int, str, str]:
    command = [sys.executable, "-c", "from hrdgraph.cli import main; main()", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "more", [ONTOLOGY, "<#m> <> 3 .", "<> <> <> .", f"{ONTOLOGY}<#m> <x> <> ."]
)
def test_a_document_that_speaks_of_itself_is_read(tmp_path: Path, more: str) -> None:
    (tmp_path / "m.ttl").write_text(MAPPING + more)
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert run("map", "m.ttl", folder=tmp_path)[:2] == (
        0,
        '<http://e.org/1> <http://e.org/b> "2" .\n',
    )
    bad = MAPPING.replace('"b"', '"nothing"') + more
    (tmp_path / "m.ttl").write_text(bad)
    code, _, told = run("map", "m.ttl", folder=tmp_path)
    assert code == 1
    assert "fault" not in told


@pytest.mark.heavy
@pytest.mark.parametrize("data", [b"# caf\xe9\n", b"# \xff\xfe\n", b"#\x80"])
def test_bytes_of_a_comment_that_are_no_utf_8(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "m.ttl").write_bytes(MAPPING.encode() + data)
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    for command in (["map"], ["mappings", "check"], ["mappings", "plan"]):
        code, out, told = run(*command, "m.ttl", folder=tmp_path)
        assert (code, out) == (1, "")
        assert "m.ttl, line 6: not valid UTF-8" in told


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("line", "fact"),
    [
        (f"zzz = {'[' * 5000}{']' * 5000}", "nested too deep"),
        (f"zzz = {'9' * 100_000}", "thousands of digits"),
        (f"zzz = {'{a=' * 5000}1{'}' * 5000}", "nested too deep"),
    ],
    ids=["arrays", "digits", "tables"],
)
def test_settings_that_no_parser_should_read(small: Path, line: str, fact: str) -> None:
    for path in (small / "hrdgraph.toml", next(small.glob("data/sources/*/source.toml"))):
        text = path.read_text()
        path.write_text(f"{line}\n{text}")
        code, _, told = run("build", folder=small)
        assert code == 1, told
        assert fact in told
        assert path.name in told
        path.write_text(text)


def test_a_pattern_that_would_take_for_ever_takes_linear_time() -> None:
    judge = matcher_of("(a+)+$")
    started = time.process_time()
    assert judge("a" * 5000) is None
    assert judge("a" * 5000 + "!") is not None
    assert time.process_time() - started < 1
    for pattern in ("(?=a)a", r"(a)\1"):
        with pytest.raises(ProjectError) as caught:
            matcher_of(pattern)
        assert caught.value.code == "pattern-not-linear"
    for text, pattern in (("a-1", "[a-z0-9-]+"), ("Q12", "Q[1-9][0-9]*"), ("\u0665", r"\d")):
        assert matcher_of(pattern)(text) is None
        assert matcher_of(pattern)(f"{text}\n") is not None
