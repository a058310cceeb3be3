"""The house keeps its shape: imports go strictly down, without a cycle; each library has its home; nothing is hidden."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from tests.parts import tree_of

SRC = Path(__file__).parents[1] / "src"
LAYERS = {
    "catalogue": 0, "errors": 0, "paths": 0, "lazy": 0, "nearest": 0, "invisible_characters": 0, "tempfiles": 0, "html_templates": 0, "ledger_files": 0, "file_locks": 0, "stage_progress": 0, "rdf": 0, "version": 0, "user_state": 0, "git_repository": 0, "vocab": 0, "atomic_files": 0, "disk_cache": 0, "processes": 0,
    "rdfio": 1,
    "fact_kinds": 2, "evidence": 2, "sources": 2,
    "project": 3,
    "ontology": 4, "mapping": 4, "identity": 4, "store": 4,
    "queries": 5, "explain": 5, "conflicts": 5, "sparql": 5,
    "findings": 6, "exports": 6, "extraction": 6,
    "privacy": 7, "shacl": 7,
    "engines": 8,
    "pipeline": 9, "library.graph": 9,
    "web": 10,
    "library": 11,
    "workbench_app": 12,
    "cli": 13,
    "__main__": 14,
}  # fmt: skip
WITHIN_LAYER_ZERO = {
    ("rdf", "errors"),
    ("rdf", "lazy"),
    ("errors", "catalogue"),
    ("nearest", "catalogue"),
    ("ledger_files", "catalogue"),
    ("ledger_files", "errors"),
    ("ledger_files", "nearest"),
    ("nearest", "invisible_characters"),
    ("rdf", "catalogue"),
    ("tempfiles", "file_locks"),
    ("html_templates", "catalogue"),
    ("html_templates", "invisible_characters"),
    ("vocab", "rdf"),
    ("vocab", "errors"),
    ("atomic_files", "catalogue"),
    ("atomic_files", "errors"),
    ("atomic_files", "tempfiles"),
    ("disk_cache", "tempfiles"),
    ("disk_cache", "user_state"),
}  # layer 0 has an order of its own
HOMES = {
    "pyoxigraph": {"rdfio", "store"},
    "rdflib": {"rdfio", "shacl", "sparql"},
    "pyshacl": {"shacl"},
    "networkx": {"exports"},  # elsewhere only as a type
    "numpy": {"exports", "sources", "shacl"},
    "edtf": {"evidence"},
    "hijridate": {"evidence"},
    "persiantools": {"evidence"},
    "pypdf": {"evidence"},
    "anyascii": {"identity"},
    "opencc": {"identity"},
    "ahocorasick_rs": {"extraction"},
    "yaml": {"extraction", "identity", "fact_kinds", "mapping"},
    **{
        name: {"sources"}
        for name in ("lxml", "duckdb", "pg8000", "pymysql", "python_calamine", "jsonpath_rfc9535")
    },
    "xlsxwriter": {"fact_kinds", "pipeline", "findings", "web"},
    **{name: {"web", "workbench_app"} for name in ("starlette", "uvicorn")},
    "jinja2": {"html_templates"},  # everybody else renders through it
    "markupsafe": {"html_templates", "findings", "web"},
    "babel": {"catalogue", "evidence", "fact_kinds", "identity", "web"},
    "platformdirs": {"user_state"},
    "click": {"cli"},
    "rich": {"cli"},
    "polars": {
        "conflicts",
        "fact_kinds",
        "rdf",
        "rdfio",
        "sources",
        "mapping",
        "identity",
        "evidence",
        "queries",
        "sparql",
        "findings",
        "shacl",
        "exports",
        "privacy",
        "pipeline",
        "library",
    },
    "pandas": {"library"},
    "pyarrow": {"library"},
    **{name: set() for name in ("pyspark", "pysail", "grpc", "fsspec")},  # of packages/cluster
}
FILES = sorted(SRC.rglob("*.py"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


def module_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


GRAPH_FLOOR = {"answers", "explained", "graph"}  # of the library: `web` shows what they give


def part_of(module: str) -> str:
    room, inner = [*module.split("."), "", ""][1:3]
    return "library.graph" if room == "library" and inner in GRAPH_FLOOR else room


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module, wherever in the file the import stands, with its line."""
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def test_no_import_is_relative_or_takes_everything() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom)
        and (node.level or any(alias.name == "*" for alias in node.names))
    ]
    assert found == []


def test_imports_go_strictly_down() -> None:
    found = []
    for path in FILES:
        here = part_of(module_of(path))
        for name, line in imported(path):
            there = part_of(name) if name.startswith("hrdgraph.") else ""
            if (
                not there
                or there == here
                or there.startswith("__")
                or (here, there) in WITHIN_LAYER_ZERO
                or not here
            ):
                continue
            if LAYERS[there] >= LAYERS[here]:
                found.append(
                    f"{path}:{line} {here} (layer {LAYERS[here]}) imports {there} (layer {LAYERS[there]})"
                )
    assert found == []


def only_for_types(path: Path) -> set[int]:
    """The lines below `if TYPE_CHECKING`: they load nothing. Between our own parts they count all the same."""
    blocks = (node for node in nodes_of(path) if isinstance(node, ast.If))
    return {
        child.lineno
        for node in blocks
        if ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
        if isinstance(child, ast.stmt)
    }


def test_each_library_has_its_home() -> None:
    found = []
    for path in FILES:
        here, types = part_of(module_of(path)).partition(".")[0], only_for_types(path)
        for name, line in imported(path):
            homes = HOMES.get(name.split(".")[0])
            if line not in types and homes is not None and here not in homes:
                found.append(f"{path}:{line} {name} does not belong in {here}")
    assert found == []


# what leads into a build folder, and who may go there: all else goes through `readable_build`,
# which knows of withdrawals
INTO_A_BUILD = {"columns_dir", "store_dir", "manifest_file", "load_columns", "read_manifest"}
BUILD_READERS = {
    "hrdgraph.privacy.readable_build": "it decides",
    "hrdgraph.project.model": "has the names, and reads the manifest for the two",
    "hrdgraph.rdfio": "reads any folder of columns",
    "hrdgraph.rdfio.columns": "reads any folder of columns",
    "hrdgraph.sparql.prepared_columns": "is opened for a build that was found readable",
    "hrdgraph.store.store_filling": "reads the columns beside a store that was found readable",
    "hrdgraph.library.inputs": "any graph that is handed over, after check_readable",
    "hrdgraph.web.app": "sees a new build by its manifest, and lays it aside with what was down then",
}


def names_in(path: Path) -> set[str]:
    """The names that a module uses, of attributes and imports too."""
    found = set()
    for node in nodes_of(path):
        found |= {node.attr} if isinstance(node, ast.Attribute) else set()
        found |= {node.id} if isinstance(node, ast.Name) else set()
        if isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def test_no_command_reads_a_build_around_a_withdrawal() -> None:
    into = {module_of(path) for path in FILES if names_in(path) & INTO_A_BUILD}
    assert into - BUILD_READERS.keys() == set()
    releases = SRC / "hrdgraph/library/releases.py"
    assert "check_readable" in names_in(releases)
    # whoever says which names a build knows may read any: the server
    knowing = {
        module_of(path)
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "ReadableBuild"
        and len(node.args) + len(node.keywords) > 1
    }
    assert knowing == {"hrdgraph.web.app"}


def test_every_part_has_a_layer() -> None:
    parts = {part_of(module_of(path)) for path in FILES} - {""}
    assert parts <= LAYERS.keys()


def test_no_import_cycle() -> None:
    modules = {module_of(path) for path in FILES}
    graph: dict[str, set[str]] = {}
    for path in FILES:
        names = {name if name in modules else name.rpartition(".")[0] for name, _ in imported(path)}
        names |= {
            name.rpartition(".")[0] for name, _ in imported(path)
        }  # a package runs before its modules
        graph[module_of(path)] = (names & modules) - {module_of(path)}
    TopologicalSorter(graph).prepare()


# rooms of a part, from the first that is worked out to the last: none knows a later one
ROOMS = {"extraction": ("reading", "rules", "review")}


def test_rooms_do_not_know_later_ones() -> None:
    found = []
    for part, rooms in ROOMS.items():
        for path in FILES:
            here = module_of(path).split(".")
            if here[1:2] != [part] or here[2:3] == [] or here[2] not in rooms:
                continue
            later = rooms[rooms.index(here[2]) + 1 :]
            found += [
                f"{path}:{line} {name}"
                for name, line in imported(path)
                for room in later
                if name.startswith(f"hrdgraph.{part}.{room}.")
            ]
    assert found == []


def test_what_catches_everything_says_why() -> None:
    """A library that fails in every way there is, or a process that must go on."""
    caught = [
        f"{path}:{node.lineno}"
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "Exception")
        and "  # " not in path.read_text("utf-8").splitlines()[node.lineno - 1]
    ]
    assert caught == []


def test_modules_and_public_functions_have_docstrings() -> None:
    found = [str(path) for path in FILES if not ast.get_docstring(tree_of(path))]
    found += [
        f"{path}:{node.lineno} {node.name}"
        for path in FILES
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert found == []


def test_only_the_command_line_exits() -> None:
    for path in FILES:
        if part_of(module_of(path)) != "cli":
            assert "sys.exit" not in path.read_text("utf-8"), path


def test_nothing_is_known_by_where_it_lies_in_memory() -> None:
    """`id()` is another in each run, and that of something new once the old is gone: parts of a
    plan have numbers (`mapping/plan.py`)."""
    found = [
        f"{path}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"(?<![\w.])(id\(|map\(id\b|key=id\b)", line)
    ]
    assert found == []


# one name, two things: none but these, of which each has its reason
SAME_NAMES = {
    "Kind",  # of fact tables; and of findings
    # the operators of SPARQL's algebra bear the names of the specification
    *("Constant", "Distinct", "Exists", "Extend", "Graph", "Join", "Minus", "Project", "Query"),
    *("Reference", "Table", "Union", "Variable"),
}
EVERYDAY = re.compile(
    r"(^|_)(told|said|kept|made|shown|found|seen|done|held|typed|spelled|alone|apart|standing"
    r"|damaged|reduced|hiding|asked|given|known|meant|passing|answering)$"
)


def test_modules_and_classes_are_named_by_nouns() -> None:
    named = [path.stem for path in FILES] + [name.lower() for name in classes()]
    assert [name for name in named if EVERYDAY.search(name)] in ([], ["known", "_found"])


def test_no_two_classes_share_a_name() -> None:
    twice = {name for name, count in Counter(classes()).items() if count > 1}
    assert twice <= SAME_NAMES


def classes() -> list[str]:
    nodes = (node for path in FILES for node in tree_of(path).body)
    return [node.name for node in nodes if isinstance(node, ast.ClassDef)]


def test_the_glossary_names_what_there_is() -> None:
    page = (SRC.parent / "docs/reference/glossary.md").read_text("utf-8")
    modules = {module_of(path) for path in FILES}
    named = set(re.findall(r"`(hrdgraph[.\w]*)`", page))
    assert named - modules == set()
    assert len(named) > 10
