"""JSON documents: paths select what RFC 9535 says, values keep their text, and a torn document says where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrdgraph.errors import NOWHERE, MappingError, Origin, SourceError
from hrdgraph.sources import ROW, Dialect, read
from hrdgraph.sources.json import documents as jsonpath
from hrdgraph.sources.json import stream
from hrdgraph.sources.json import stream as windows
from hrdgraph.sources.json.documents import parse_cell, text_of
from hrdgraph.sources.json.stream import compile_path, quote_name
from hrdgraph.sources.reference_columns import BOOLEAN, DOUBLE, INTEGER, STRING, STRUCTURE, kinds_of
from hrdgraph.sources.registry import formulation
from hrdgraph.sources.values import list_column

DOCUMENT = {
    "people": [{"name": "Ann", "tags": ["a", "b"], "n": {"x": 1}}, {"name": None, "tags": []}],
    "odd key": {"a.b": 2, "it's": 3},
}


def read_items(path: Path, steps: Sequence[stream.Step]) -> list[Any]:
    return [item for items, _ in stream.read_runs(path, steps) for item in items]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [DOCUMENT]),
        ("", [DOCUMENT]),
        ("$.people[0].name", ["Ann"]),
        ("$.people[*].name", ["Ann", None]),
        ("people[0].name", ["Ann"]),
        ("$['people'][0]['name']", ["Ann"]),
        ('$["people"][1]["name"]', [None]),
        ("$.people[-1].tags", [[]]),
        ("$.people[0].tags[*]", ["a", "b"]),
        ("$.people.*.name", ["Ann", None]),
        ("$.people[7]", []),
        ("$.people[-3]", []),
        ("$.nobody.name", []),
        ("$.people.name", []),
        ("$['odd key']['a.b']", [2]),
        ("$.odd key['it\\'s']", [3]),
        ("$.people[0].n.*", [1]),
        ("$.people[0].name[*]", []),
        (" $.people[0].name ", ["Ann"]),
    ],
)
def test_paths(path: str, found: list[Any]) -> None:
    assert compile_path(path)(DOCUMENT) == found


@pytest.mark.parametrize(
    "path",
    [
        "$.a]",
        "$.a[",
        "$[?(@.a]",
        "$..",
        "a..",
        "$.",
        "$.a[*]]",
        "$[a]",
        "$['a]",
        "$.a[1:2:3:4]",
        "$$",
    ],
)
def test_paths_that_are_not_understood(path: str) -> None:
    with pytest.raises(ValueError, match="this path is not understood"):
        compile_path(path)


@given(st.text(min_size=1, max_size=8))
def test_any_key_can_be_named_in_quotes(key: str) -> None:
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    assert compile_path(quote_name(key))({key: 1, key + "x": 2}) == [1]
    assert compile_path(f"$['{quoted}']")({key: 1, key + "x": 2}) == [1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        ("", ""),
        (None, None),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (-0, "0"),
        (10**30, "1" + "0" * 30),
        (1.5, "1.5"),
        ([1, "é"], '[1,"é"]'),
        ({"a": None}, '{"a":null}'),
    ],
)
def test_text_of_a_value(value: Any, text: str | None) -> None:
    assert text_of(value) == text


def whole(
    text: str | bytes, tmp_path: Path, columns: list[str], iterator: str = "$[*]"
) -> pl.DataFrame:
    path = tmp_path / "d.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return pl.concat(read("JSONPath", path, Dialect(iterator=iterator), columns, NOWHERE))


def test_items_are_numbered_from_one_and_references_give_lists_where_several_are_found(
    tmp_path: Path,
) -> None:
    frame = whole(
        '[{"a": "x", "b": ["y", "z"]}, {"a": null}, {"a": ""}]', tmp_path, ["$.a", "$.b[*]"]
    )
    assert frame.select(ROW, "$.a", "$.b[*]").rows() == [
        (1, "x", ["y", "z"]),
        (2, None, None),
        (3, "", None),
    ]


def test_kinds_stand_beside_values_that_are_not_all_strings(tmp_path: Path) -> None:
    frame = whole(
        '[{"a": [1, "x", true, 1.5, {}, [], null]}, {"a": []}, {"b": "y"}]',
        tmp_path,
        ["$.a[*]", "$.b"],
    )
    assert frame["$.a[*]"].to_list() == [["1", "x", "true", "1.5", "{}", "[]"], None, None]
    assert frame[kinds_of("$.a[*]")].to_list() == [
        [INTEGER, STRING, BOOLEAN, DOUBLE, STRUCTURE, STRUCTURE],
        None,
        None,
    ]
    assert kinds_of("$.b") not in frame.columns
    single = whole('[{"a": 1}, {"a": "1"}, {"a": null}]', tmp_path, ["$.a"])
    assert single.select("$.a", kinds_of("$.a")).rows() == [
        ("1", INTEGER),
        ("1", STRING),
        (None, None),
    ]


def test_a_nested_iterator(tmp_path: Path) -> None:
    text = json.dumps({"o": [{"i": [{"v": "1"}, {"v": "2"}]}, {"i": []}, {"i": [{"v": "3"}]}]})
    assert whole(text, tmp_path, ["v"], "$.o[*].i[*]").select(ROW, "v").rows() == [
        (1, "1"),
        (2, "2"),
        (3, "3"),
    ]


def test_no_item_at_all(tmp_path: Path) -> None:
    assert whole("{}", tmp_path, ["$.a"], "$.none[*]").height == 0


def test_a_byte_order_mark(tmp_path: Path) -> None:
    assert whole(b'\xef\xbb\xbf[{"a":"1"}]', tmp_path, ["a"])["a"].to_list() == ["1"]


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ('[{"a": 1},\n{"a": ', 2, "cut off"),
        ('[{"a": 1},\n{"a": "x', 2, "cut off"),
        ('[{"a": 1}\n{"a": 2}]\n\n', 2, "just before"),
        ("not json", 1, "just before"),
    ],
)
def test_a_torn_document(text: str, line: int, hint: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not valid JSON") as caught:
        whole(text, tmp_path, ["a"])
    assert caught.value.origin == Origin(str(tmp_path / "d.json"), line=line)
    assert hint in caught.value.hint


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not valid UTF-8") as caught:
        whole(b'[\n{"a": "x\xe9"}]', tmp_path, ["a"])
    assert caught.value.origin.line == 2


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "[-Infinity]"])
def test_numbers_that_json_does_not_have(text: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not valid JSON"):
        whole(text, tmp_path, ["a"])


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nested too deeply"):
        whole("[" * 100_000 + "]" * 100_000, tmp_path, ["a"])


def test_a_half_surrogate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="surrogate"):
        whole('[{"a": "\\ud800"}]', tmp_path, ["a"])


def test_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the file is empty"):
        whole("", tmp_path, ["a"])


def test_a_cell_that_holds_no_json() -> None:
    with pytest.raises(SourceError, match=r"not valid JSON: \{'a'") as caught:
        parse_cell("{'a'", Origin("m.ttl", node="<#f>"))
    assert caught.value.origin.node == "<#f>"
    assert "character 1" in caught.value.hint


@pytest.mark.parametrize(("iterator", "column"), [("$[", "a"), ("$[*]", "$..")])
def test_paths_are_checked_before_reading(iterator: str, column: str, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="this path is not understood") as caught:
        formulation("JSONPath", NOWHERE).check(
            tmp_path / "none.json", Dialect(iterator=iterator), [column], Origin("m.ttl")
        )
    assert caught.value.origin.file == "m.ttl"


def test_an_unknown_formulation_lists_what_there_is() -> None:
    with pytest.raises(MappingError, match="'Excel' is not known here") as caught:
        formulation("Excel", NOWHERE)
    assert "CSV, JSONPath, XPath" in caught.value.hint
    with pytest.raises(MappingError) as caught:
        formulation("http://www.w3.org/ns/formats/Spreadsheet", NOWHERE)
    assert caught.value.hint == "did you mean <https://w3id.org/hrdgraph/format#Spreadsheet>?"


FILTERED = {
    "p": [{"n": 1, "v": "a", "t": ["x", "y"]}, {"n": 2.50, "v": "b", "t": []}, {"n": 3, "v": "c"}]
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.p[?@.n > 1].v", ["b", "c"]),
        ("$.p[?@.v == 'a'].t[0]", ["x"]),
        ("$.p[?@.t].v", ["a", "b"]),
        ("$.p[?length(@.t) == 2].v", ["a"]),
        ("$.p[?match(@.v, '[ab]')].v", ["a", "b"]),
        ("$.p[0:2].v", ["a", "b"]),
        ("$.p[::-1].v", ["c", "b", "a"]),
        ("$.p[0,2].v", ["a", "c"]),
        ("$.p[0]['n','v']", [1, "a"]),
        ("$..v", ["a", "b", "c"]),
        ("p[?@.n > 2].n", [2.5, 3]),
        ("..t[1]", ["y"]),
    ],
)
def test_the_whole_of_rfc_9535(path: str, found: list[Any]) -> None:
    assert compile_path(path)(FILTERED) == found


def test_iterators_with_filters(tmp_path: Path) -> None:
    frame = whole(json.dumps(FILTERED), tmp_path, ["v", "t[*]"], "$.p[?@.n < 3]")
    assert frame.select(ROW, "v", "t[*]").rows() == [(1, "a", ["x", "y"]), (2, "b", None)]


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    text = '[{"a": 1.50, "b": {"c": [1.0, -0.10e5, 1, "1.5e"]}}, {"a": 1E400}, {"a": -0.0}, {"a": [-1E400]}]'
    frame = whole(text, tmp_path, ["a", "b"])
    assert frame["a"].to_list() == ["1.50", "1E400", "-0.0", "[-1E400]"]
    assert frame["b"].to_list() == ['{"c":[1.0,-0.10e5,1,"1.5e"]}', None, None, None]


@pytest.mark.parametrize("ending", ["jsonl", "ndjson"])
def test_a_document_in_each_line(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"t.{ending}"
    path.write_text('{"a": [1, 2]}\n\n{"a": [3]}\n', "utf-8")
    assert pl.concat(read("JSONPath", path, Dialect(iterator="$.a[*]"), ["$"], NOWHERE))[
        "$"
    ].to_list() == ["1", "2", "3"]


def test_large_documents_come_in_batches_that_are_alike(tmp_path: Path) -> None:
    items = [{"a": f"x{n}", "b": [n], "c": n if n == 44_999 else "s"} for n in range(45_000)]
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"skip": [1, {"items": 2}], "items": items, "more": {}}), "utf-8")
    frames = list(
        read("JSONPath", path, Dialect(iterator="$.items[*]"), ["a", "b[*]", "c"], NOWHERE)
    )
    assert [frame.height for frame in frames] == [20_000, 20_000, 5_000]
    assert [frame.schema["b[*]"] for frame in frames] == [pl.List(pl.String)] * 3
    frame = pl.concat(frames, how="diagonal")
    assert frame.select(ROW, "a", "b[*]", "c").row(-1) == (45_000, "x44999", ["44999"], "44999")
    assert frame[kinds_of("c")].to_list()[-2:] == [STRING, INTEGER]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ('{"a": [1], "a": [2]}', "appears twice"),
        ('{"a": [1, 2', "not valid JSON"),
        ('{"a": [1]', "not valid JSON"),
        ('{"a": [1]} x', "something follows"),
        ('{"a": [1],}', "not valid JSON"),
        ('{"a" [1]}', "not valid JSON"),
        ('{"b": 1 "a": [1]}', "not valid JSON"),
        ('{"a": [1,]}', "not valid JSON"),
        ('{"a": [1 2]}', "not valid JSON"),
        ('{"a": [' + "9" * 5000 + "]}", "thousands of digits"),
        ('{"a": [{"x": "\\udc00"}]}', "surrogate"),
        ('{"a": [1, {"x": "\\ud800"}]}', "surrogate"),
    ],
)
def test_a_stream_is_read_to_its_end(text: str, fact: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=fact) as caught:
        whole(text, tmp_path, ["$"], "$.a[*]")
    assert caught.value.origin.file == str(tmp_path / "d.json")


@pytest.mark.parametrize(
    "text",
    ['[{"x":1}', '[{"x":tru', '[{"x":-', '[{"x":1.', '[{"x":1e', '[{"x":1,', '[{"x":"a', '[{"x":"\\u00', '{"x"', "[", '[{"x":1}, \n', "fals"],
)  # fmt: skip
@pytest.mark.parametrize("iterator", ["$[*]", "$"])
def test_what_is_cut_off(text: str, iterator: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not valid JSON") as caught:
        whole(text, tmp_path, ["x"], iterator)
    assert "cut off" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        '[{"x":1}] x',
        '[{"x":"a"},]',
        '[{"x":1}]\0',
        '{"x":1}}',
        '{"x":1,}',
        '[{"x":1}] "',
        "[1 2",
        "[1] t",
    ],
)
@pytest.mark.parametrize("iterator", ["$[*]", "$"])
def test_what_is_wrong_at_its_end_is_not_cut_off(text: str, iterator: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not valid JSON") as caught:
        whole(text, tmp_path, ["x"], iterator)
    assert "cut off" not in caught.value.hint


@pytest.mark.parametrize("text", ["0.25", "-1.5e-7", "1E+2", "120", "[1.5e-7, 2]", "[-0.0]"])
@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 5])
def test_numbers_on_the_edge_of_what_was_read(
    text: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "CHUNK", chunk)
    (tmp_path / "d.json").write_text(text, "utf-8")
    assert read_items(tmp_path / "d.json", ()) == [json.loads(text)]


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=15,
)


MANY = [{"a": number} for number in range(1000)]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"o": MANY, "p": [1]}, "$.p[*]"),
        ({"o": {"o": {"o": MANY, "p": 2}}, "p": 1}, "$.p"),
        ({"p": [{"q": MANY}, {"q": MANY}]}, "$.p[*].q[*]"),
        ([{"o": MANY, "p": 1}], "$[*].p"),
    ],
    ids=["an array before", "an object before", "in an item", "beside, in an item"],
)
def test_a_stream_holds_nothing_of_what_is_not_selected(
    document: Any, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "d.json").write_text(json.dumps(document), "utf-8")
    steps, held, more = jsonpath.steps_of(path), list[int](), windows.JsonWindow.more
    monkeypatch.setattr(windows, "CHUNK", 100)
    monkeypatch.setattr(
        windows.JsonWindow,
        "more",
        lambda window: held.append(len(window.text) - window.at) or more(window),
    )
    assert steps is not None
    assert read_items(tmp_path / "d.json", steps) == compile_path(path)(document)
    assert max(held) < 1000  # of 10,000 characters and more


@given(
    documents,
    st.sampled_from(["$", "$[*]", "$.a[*]", "$.a.b[*]", "$.*", "$.a[*].b[*]", "$[0]", "$.a"]),
    st.integers(1, 40),
    st.sampled_from([None, 1]),
)
def test_streaming_selects_what_the_whole_document_has(
    tmp_path_factory: pytest.TempPathFactory,
    document: Any,
    path: str,
    chunk: int,
    indent: int | None,
) -> None:
    file = tmp_path_factory.getbasetemp() / "stream.json"
    file.write_text(json.dumps(document, indent=indent, ensure_ascii=False), "utf-8")
    steps = jsonpath.steps_of(path)
    assert steps is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "CHUNK", chunk)
        found = read_items(file, steps)
    assert found == compile_path(path)(json.loads(file.read_text("utf-8")))


@given(
    st.one_of(
        st.binary(max_size=50), st.text('[]{}",:019.e-tru \\ud8', max_size=50).map(str.encode)
    ),
    st.sampled_from(["$", "$[*]", "$.a[*]", "$..a", "$[?@.a]"]),
)
def test_any_bytes_give_frames_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, iterator: str
) -> None:
    path, place = tmp_path_factory.getbasetemp() / "fuzz.json", ""
    path.write_bytes(data)
    try:
        list(read("JSONPath", path, Dialect(iterator=iterator), ["a", "$[*]", "$..a"], NOWHERE))
    except SourceError as error:
        place = error.origin.file
    assert place in ("", str(path))


@given(st.lists(st.none() | st.lists(st.text(max_size=3), max_size=3), max_size=8))
def test_columns_of_lists(rows: list[list[str] | None]) -> None:
    column = list_column("v", rows, pl.String)
    assert (column.name, column.dtype, column.to_list()) == (
        "v",
        pl.List(pl.String),
        [row or None for row in rows],
    )


def many(count: int, record: str) -> str:
    return "[" + ",\n".join(record.replace("#", str(number)) for number in range(count)) + "]"


@pytest.mark.parametrize(
    "bad",
    [
        '{"a": "\\ud83d"}',
        '{"a": "\\\\\\\\ud83d\\udc00"}',
        '{"a": NaN}',
        '{"a": 1} {"a": 2}',
        '{"a": 1,}',
    ],
)
def test_what_is_wrong_among_many_values_has_its_line(bad: str, tmp_path: Path) -> None:
    text = many(9_000, '{"a": "x#"}')[:-1] + f",\n{bad},\n" + many(20_000, '{"a": "y#"}')[1:]
    with pytest.raises(SourceError, match="not valid JSON") as caught:
        whole(text, tmp_path, ["a"])
    assert caught.value.origin.line == 9_001


def test_the_line_of_an_error_beyond_the_first_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "CHUNK", 100)
    for bad, line in ((b'"', 1_002), (b"\xff", 1_001)):
        with pytest.raises(SourceError) as caught:
            whole(
                b"\xef\xbb\xbf" + many(1_000, '{"a": "é#"}')[:-1].encode() + b",\n" + bad + b"\n]",
                tmp_path,
                ["a"],
            )
        assert caught.value.origin.line in (line, 1_001)


@pytest.mark.parametrize(
    ("text", "iterator", "name", "line"),
    [
        ('{"a":[{"b":[{"id":1}],\n"b":[{"id":2}]}]}', "$.a[*].b[*]", "b", 2),
        ('[{"b":[{"id":1}],"b":[{"id":2}]}]', "$[*].b[*]", "b", 1),
        ('{"a":{"id":1},\n\n"a":{"id":2}}', "$.a", "a", 3),
        ('{"a":{"id":1},"a":{"id":2}}', "$", "a", 1),
        ('[{"id":1},\n{"id":2,"v":2,"v":3}]', "$[*]", "v", 2),
        ('[{"id":1},\n{"id":2,"v":{"w":1,\n"w" :\t2}}]', "$[*]", "w", 3),
        ('[{"id":1,"{\\"v\\":":{}},{"id":2,"v":"}","\\u0076":3}]', "$[*]", "v", 1),
        ('{"x":1,"x":2,"a":[{"id":1}]}', "$.a[*]", "x", 1),
        ('{"a":[{"id":1}],"b":1,"b":2}', "$.a[*]", "b", 1),
        ('{"a":[{"id":1,"b":1,"b":2}]}', "$..id", "b", 1),
    ],
)
def test_a_name_twice_in_one_object_is_refused(
    text: str, iterator: str, name: str, line: int, tmp_path: Path
) -> None:
    with pytest.raises(
        SourceError, match=f"the name '{name}' appears twice in one object"
    ) as caught:
        whole(text, tmp_path, ["id"], iterator)
    assert caught.value.origin == Origin(str(tmp_path / "d.json"), line=line)
    assert caught.value.hint == "keep one of them"


def test_where_a_name_stands_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[{"x":"é"},{"a":1,"a":2}]'
    monkeypatch.setattr(windows, "CHUNK", 3)
    with pytest.raises(SourceError, match=f"again at character {text.rindex('a')}\\n"):
        whole("\ufeff" + text, tmp_path, ["a"])


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "plain",
    [
        '{"id": "#", "v": 1}',
        '{"id": "#", "v": "http://e.org/"}',
        '{"id": "#", "v": {"w": [{"x": 1}]}}',
    ],
)
@pytest.mark.parametrize(
    "bad",
    [
        '{"id": 1, "v": 2, "v": 3}',
        '{"id": 1, "v": {"w": 1, "w": 1}}',
        '{"id": 1, "id": ":"}',
        '{"id": 1, "v": ":", "v": ""}',
    ],
)
def test_a_name_twice_among_many_items(plain: str, bad: str, tmp_path: Path) -> None:
    text = many(9_000, plain)[:-1] + f",\n{bad},\n" + many(9_000, plain)[1:]
    with pytest.raises(SourceError, match="appears twice in one object") as caught:
        whole(text, tmp_path, ["id"])
    assert caught.value.origin.line == 9_001
    assert whole(many(18_000, plain), tmp_path, ["id"]).height == 18_000


def test_a_name_twice_in_a_line_and_in_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1}\n{"a": 1, "a": 2}\n', "utf-8")
    with pytest.raises(SourceError, match="the name 'a' appears twice") as caught:
        list(read("JSONPath", path, Dialect(), ["a"], NOWHERE))
    assert caught.value.origin.line == 2
    with pytest.raises(SourceError, match="not valid JSON") as caught:
        parse_cell('{"a": 1, "a": 2}', Origin("m.ttl"))
    assert caught.value.hint == "the name 'a' appears twice in one object at character 9"
