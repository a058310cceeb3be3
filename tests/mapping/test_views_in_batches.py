"""Views of files that come in many batches: what is known of the rows of a file is known of the view's, and each line is written once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hrdgraph.mapping.execution import scan
from hrdgraph.mapping.execution.execute import GraphSink, run
from hrdgraph.mapping.execution.ntriples import LineSink
from hrdgraph.mapping.execution.spill import Distinct
from hrdgraph.mapping.language.reader import read_mapping
from hrdgraph.mapping.planning.bind import bind

PREFIXES = "@prefix rml: <http://w3id.org/rml/> .\n@prefix e: <http://e.org/> .\n"
FIELDS = {
    "id": '[ rml:fieldName "id" ; rml:reference "$.id" ]',
    "other name": '[ rml:fieldName "same" ; rml:reference "$.id" ]',
    "several values": '[ rml:fieldName "a" ; rml:reference "$.a[*]" ]',
    "more of them": '[ rml:fieldName "b" ; rml:reference "$.b[*]" ]',
    "a template": '[ rml:fieldName "t" ; rml:template "{$.id}" ]',
    "a constant": '[ rml:fieldName "c" ; rml:constant "c" ]',
    "items": """[ a rml:IterableField ; rml:fieldName "i" ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$.i[*]" ;
      rml:field [ rml:fieldName "x" ; rml:reference "$.x" ] ]""",
}
MAPS = [
    'rml:subjectMap [ rml:template "http://e.org/{id}" ; rml:class e:C ]',
    'rml:subjectMap [ rml:template "http://e.org/{same}" ; rml:class e:S ]',
    'rml:subjectMap [ rml:template "http://e.org/{a}" ; rml:class e:A ]',
    'rml:subjectMap [ rml:template "http://e.org/t{t}" ; rml:class e:T ]',
    'rml:subjectMap [ rml:template "http://e.org/{i.x}" ; rml:class e:X ]',
    'rml:subjectMap [ rml:template "{id}.{#}" ; rml:termType rml:BlankNode ; rml:class e:B ]',
    *(
        f'rml:subjectMap [ rml:template "http://e.org/{{{own}}}" ] ; rml:predicateObjectMap [ rml:predicate e:p ; rml:objectMap '
        f'[ rml:reference "{value}" ] ]'
        for own, value in (
            ("id", "a"),
            ("id", "c"),
            ("same", "id"),
            ("a", "b"),
            ("c", "id"),
            ("id", "i.x"),
            ("id", "#"),
        )
    ),
]
TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=3)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["1", "2", "3", "4", "5", None]),
            "a": TEXTS,
            "b": TEXTS,
            "i": st.lists(st.just({"x": "y"}), max_size=2),
        }
    ),
    max_size=8,
)


def view_of(fields: list[str]) -> str:
    source = '[ rml:source [ rml:path "t.json" ] ; rml:referenceFormulation rml:JSONPath ; rml:iterator "$[*]" ]'
    return f"<#V> a rml:LogicalView ; rml:viewOn {source} ; rml:field {' , '.join(fields)} ."


def lines_of(folder: Path, memory: int) -> list[str]:
    plan, out = bind(read_mapping(folder / "m.ttl")), BytesIO()
    with closing(LineSink(plan, out, graphs=True)) as sink:
        run(plan, sink, memory=memory)
        sink.finish()
    return sorted(out.getvalue().decode().splitlines())


@pytest.fixture(scope="module", autouse=True)
def small_batches() -> Iterator[None]:
    """Files come in batches of two rows."""
    whole = scan.read

    def read(*arguments: object) -> Iterator[pl.DataFrame]:
        for frame in whole(*arguments):  # type: ignore[arg-type]
            yield from frame.iter_slices(2) if frame.height else [frame]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "read", read)
        yield


def _is_known(rule: str, fields: list[str]) -> bool:
    text = "".join(FIELDS[field] for field in fields)
    names = [part.partition("}")[0] for part in rule.split("{")[1:]] + [
        part.partition('"')[0] for part in rule.split('reference "')[1:]
    ]
    return all(name == "#" or f'"{name.rpartition(".")[2]}"' in text for name in names)


@given(
    st.lists(st.sampled_from([*FIELDS]), unique=True, min_size=1),
    st.lists(st.sampled_from(MAPS), min_size=1, max_size=3),
    RECORDS,
)
@example(
    ["id", "several values"],
    [MAPS[0], MAPS[6]],
    [{"id": f"{n}", "a": ["a", "b"], "b": [], "i": []} for n in range(6)],
)
@example(
    ["id", "items"],
    [MAPS[0]],
    [{"id": f"{n}", "a": [], "b": [], "i": [{"x": "y"}] * 2} for n in range(6)],
)
def test_each_line_once(
    tmp_path_factory: pytest.TempPathFactory,
    fields: list[str],
    rules: list[str],
    items: list[dict[str, object]],
) -> None:
    folder = tmp_path_factory.mktemp("views")
    (folder / "t.json").write_text(json.dumps(items), "utf-8")
    known = [rule for rule in rules if _is_known(rule, fields)]
    maps = "\n".join(
        f"<#M{number}> rml:logicalSource <#V> ; {rule} ." for number, rule in enumerate(known)
    )
    (folder / "m.ttl").write_text(
        PREFIXES + view_of([FIELDS[field] for field in fields]) + "\n" + maps, "utf-8"
    )
    if known:
        sink = GraphSink()
        run(bind(read_mapping(folder / "m.ttl")), sink)
        expected = sorted(sink.graph().lines())
        for memory in (0, 2_000, 1 << 30):
            assert lines_of(folder, memory) == expected


@pytest.mark.parametrize(
    ("fields", "rule", "is_compared"),
    [
        (["id"], MAPS[0], False),
        (["other name"], MAPS[1], False),
        (["id", "several values"], MAPS[0], False),  # the rows of one item come together
        (["id", "several values"], MAPS[6], False),
        (["id", "items"], MAPS[0], False),
        (["several values"], MAPS[2], True),
        (["a template"], MAPS[3], True),
    ],
)
def test_lines_are_compared_only_where_the_file_does_not_tell_them_apart(
    fields: list[str], rule: str, is_compared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    monkeypatch.setattr(Distinct, "add", lambda _, lines: held.extend(lines))
    items = [
        {"id": f"{n}", "a": ["a", f"{n}"], "b": ["a"], "i": [{"x": "y"}] * 2} for n in range(9)
    ]
    (tmp_path / "t.json").write_text(json.dumps(items), "utf-8")
    text = (
        PREFIXES
        + view_of([FIELDS[field] for field in fields])
        + f"<#M> rml:logicalSource <#V> ; {rule} ."
    )
    (tmp_path / "m.ttl").write_text(text, "utf-8")
    lines_of(tmp_path, 0)
    assert bool(held) is is_compared
