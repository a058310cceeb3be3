"""README and docs against the program: every command, option, file, key, function and exit code that they name is there, and none lacks."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import click
import pytest

from hrdgraph.cli.app import COMMANDS, FAULT, INTERRUPTED, app, run
from hrdgraph.cli.common import VIOLATIONS
from hrdgraph.exports.formats import FORMATS as EXPORTS
from hrdgraph.findings.model import TRACED
from hrdgraph.findings.report_data import CASES
from hrdgraph.mapping.functions.calls import functions
from hrdgraph.mapping.functions.grel import GREL
from hrdgraph.mapping.language.graph import KNOWN
from hrdgraph.pipeline.importing.questions import _COLUMN as OF_COLUMNS
from hrdgraph.pipeline.importing.questions import _TABLE as OF_TABLES
from hrdgraph.project import model, open_project
from hrdgraph.project.model import ServeSettings
from hrdgraph.queries.catalogue import Catalogue
from hrdgraph.queries.model import SEVERITIES, Type
from hrdgraph.queries.output import FORMATS as ANSWERS
from hrdgraph.queries.run import bind
from hrdgraph.shacl.rules import MOST_DERIVED, MOST_ROUNDS
from hrdgraph.store.worker_process import USUAL
from hrdgraph.vocab import HRDF
from hrdgraph.web.json_api.lists import FILTERS

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "data/README.md")
)
OF_REPOSITORY = re.compile(r"(?:src|data|ontology|queries|tests|docs)/[\w./-]*\w/?|\.ci/run")
ROOTS = (
    ROOT,
    ROOT / "src/hrdgraph/project/template",
)  # this project, and one that `hrdgraph init` makes
NOT_SHIPPED = ("data/private", "data/snapshots", "data/withdrawn.csv")
IDLAB = "https://w3id.org/imec/idlab/function#"

PageOf = Callable[[str], Any]


def command(name: str) -> click.Command:
    found: click.Command | None = app
    for word in name.split():
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)
    assert found, f"no command '{name}'"
    return found


def name_of(arguments: list[str]) -> str:
    """The command of arguments: two words where it is one of a group."""
    is_group = isinstance(command(arguments[0]), click.Group)
    return " ".join(arguments[: 1 + is_group])


@pytest.mark.parametrize("name", PAGES)
def test_commands_that_are_shown_exist_with_their_options(page: PageOf, name: str) -> None:
    tables = {block.title for block in page(name).blocks if "/" not in block.title}
    for arguments in page(name).shown:
        if tables.intersection(arguments):
            continue  # a file of the page, which tests/docs/test_own_kinds.py writes
        name = name_of(arguments)
        command(name).make_context(name, arguments[len(name.split()) :])


@pytest.mark.parametrize("name", PAGES)
def test_commands_that_are_mentioned_exist_with_their_options(page: PageOf, name: str) -> None:
    for words in page(name).mentioned:
        made = command(name_of(words))
        options = {option for parameter in made.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-") and word != "-"} <= options, words


@pytest.mark.parametrize("name", PAGES)
def test_questions_that_are_shown_exist_with_their_parameters(
    page: PageOf, name: str, catalogue: Catalogue
) -> None:
    own = {Path(block.title).stem for block in page(name).blocks if block.title.endswith(".rq")}
    for first, *words in page(name).shown:
        question = words[0] if first == "query" and words[0] != "--list" else ""
        if re.fullmatch(r"[a-z-]+\w", question) and question not in own:
            typed = dict(
                word.split("=", 1)
                for option, word in pairwise(words)
                if option in ("--param", "-P")
            )
            assert (
                bind(catalogue[question], typed, "https://example.org/")
                or not catalogue[question].parameters
            )


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(page: PageOf, name: str) -> None:
    for link in page(name).links:
        target, _, anchor = link.partition("#")
        if not target.startswith("https://"):
            file = page(name).path.parent / target if target else page(name).path
            assert file.exists(), link
            assert not anchor or anchor in page(file.relative_to(ROOT).as_posix()).anchors, link


@pytest.mark.parametrize("name", [name for name in PAGES if name != "data/README.md"])
def test_files_that_are_named_exist(page: PageOf, name: str) -> None:
    named = [code for code in page(name).code if OF_REPOSITORY.fullmatch(code)]
    assert [
        code
        for code in named
        if not any((root / code).exists() for root in ROOTS) and not code.startswith(NOT_SHIPPED)
    ] == []


def test_modules_that_the_architecture_names_exist(page: PageOf) -> None:
    named = [code for code in page("docs/explanation/architecture.md").code if code.endswith(".py")]
    assert named
    folders = (ROOT, ROOT / "src/hrdgraph")
    assert [code for code in named if not any((root / code).is_file() for root in folders)] == []


def test_every_command_is_in_the_documentation(page: PageOf) -> None:
    named = {
        name_of(arguments)
        for name in PAGES
        for arguments in (*page(name).shown, *page(name).mentioned)
    }
    inner = {f"{name} {one}" for name in COMMANDS for one in getattr(command(name), "commands", {})}
    assert named == inner | {name for name in COMMANDS if not hasattr(command(name), "commands")}


def options() -> Iterator[tuple[str, click.Option]]:
    """Every option of every command, and of the commands of a command."""
    todo = [(name, command(name)) for name in COMMANDS]
    while todo:
        name, one = todo.pop()
        todo += (
            [(f"{name} {inner}", made) for inner, made in one.commands.items()]
            if isinstance(one, click.Group)
            else []
        )
        yield from ((name, option) for option in one.params if isinstance(option, click.Option))


def test_every_option_is_in_the_documentation(page: PageOf) -> None:
    text = "".join(page(name).text for name in PAGES if name != "CHANGELOG.md")
    named = set(re.findall(r"--[a-z][a-z-]*", text)) | {"--quiet", "--top"}  # these two say all
    assert [(name, option.opts) for name, option in options() if not named & set(option.opts)] == []


def test_bounds_are_those_of_the_program(page: PageOf) -> None:
    known = vars(ServeSettings())
    told = {
        key: cells[2]
        for key, cells in zip(
            page("docs/how-to/publish.md").keys("Bounds"),
            page("docs/how-to/publish.md").rows("Bounds"),
            strict=True,
        )
    }
    assert {key: value for key, value in told.items() if value != "none"} == {
        key: f"{known[key]:g}" if isinstance(known[key], int | float) else known[key]
        for key, value in told.items()
        if value != "none"
    }
    rules = page("docs/how-to/validation.md").prose
    for limit in (
        f"{USUAL.seconds:g} seconds for each", f"{USUAL.memory >> 30} GB of memory", f"{USUAL.solutions:,} solutions",
        f"After {MOST_ROUNDS:,} rounds or {MOST_DERIVED // 1_000_000} million triples", f"the first {CASES}", f"Beyond {TRACED:,} cases",
    ):  # fmt: skip
        assert limit in rules


def asked_for(function: str) -> set[str]:
    """The keys that a function of project/open.py or project/tables.py asks a TOML table for."""
    files = [ROOT / f"src/hrdgraph/project/{name}.py" for name in ("open", "tables")]
    nodes = [node for file in files for node in ast.parse(file.read_text("utf-8")).body]
    body = next(
        node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == function
    )
    calls = [
        node
        for node in ast.walk(body)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    asking = [call for call in calls if call.func.attr in ("get", "texts", "choice", "sections")]  # type: ignore[attr-defined]
    keys = {call.args[0].value for call in asking if isinstance(call.args[0], ast.Constant)}
    for call in (call for call in calls if call.func.attr == "read"):  # type: ignore[attr-defined]
        made = getattr(model, call.args[0].id)  # type: ignore[attr-defined]
        keys |= {item.name for item in fields(made)} - {item.arg for item in call.keywords}
    return {str(key) for key in keys}


@pytest.mark.parametrize(
    ("name", "heading", "functions"),
    [
        ("docs/reference/project.md", "hrdgraph.toml", ["open_project", "_kinds"]),
        ("docs/tutorial/adding-a-source.md", "The source", ["_open_source"]),
        ("docs/tutorial/adding-a-source.md", "`[document]`", ["_document"]),
        ("docs/tutorial/adding-a-source.md", "`[[table]]`", ["_table"]),
        ("docs/tutorial/adding-a-source.md", "`[table.fields]`", ["_field"]),
        ("docs/tutorial/adding-a-source.md", "`[[expect]]`", ["expectation"]),
    ],
)
def test_keys_are_those_that_are_read(
    page: PageOf, name: str, heading: str, functions: list[str]
) -> None:
    read = {key for function in functions for key in asked_for(function)}
    read -= {"document"} if heading == "`[document]`" else set()
    if heading == "The source":
        read |= {"document"}
    assert sorted(page(name).keys(heading)) == sorted(read)


def test_answers_to_an_import_are_those_that_are_taken(page: PageOf) -> None:
    adding = page("docs/tutorial/adding-a-source.md")
    answers = [cells for cells in adding.rows("Tables of facts") if len(cells) == 3]
    documented = {name for cells in answers for name in re.findall(r"`(\w+)`", cells[0])}
    shown = set(re.findall(r"^(unsourced)|or: (document) =|\.(columns)\.", adding.text, re.M))
    documented |= {name for names in shown for name in names if name}
    assert documented == {*OF_TABLES, *OF_COLUMNS}


def test_filters_of_the_api_are_those_that_there_are(page: PageOf) -> None:
    names = next(
        cells[0]
        for cells in page("docs/consume.md").rows("Plain JSON")
        if cells[1].startswith("filters")
    )
    assert set(re.findall(r"`(\w+)`", names)) == {*chain.from_iterable(FILTERS.values())}


def test_terms_of_rml_are_those_that_are_understood(page: PageOf) -> None:
    assert set(re.findall(r"\brml:([\w-]+)", page("docs/reference/mapping.md").text)) == KNOWN


def test_functions_are_those_that_there_are(page: PageOf) -> None:
    spaces = {"hrdf": HRDF.prefix, "grel": GREL.prefix, "idlab": IDLAB}
    documented = {}
    for function, parameters, *_ in page("docs/reference/mapping.md").rows("The functions"):
        prefix, _, name = function.strip("`").partition(":")
        documented[spaces[prefix] + name] = re.findall(r"`(\w+)`", parameters)
    assert documented == {
        iri.value: [re.split("[#/]", p.value)[-1] for p in function.parameters]
        for iri, function in functions().items()
    }


def test_layers_are_those_of_the_program(page: PageOf) -> None:
    documented = {
        part
        for cells in page("docs/explanation/architecture.md").rows("The floors")
        for part in re.findall(r"`(\w+)`", cells[1])
    }
    there = {
        path.stem
        for path in (ROOT / "src/hrdgraph").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert documented == there - {"__init__", "__main__", "__pycache__"}


def test_types_of_parameters_are_those_that_there_are(page: PageOf) -> None:
    assert {
        key.split(" ")[0] for key in page("docs/reference/queries.md").keys("Parameters")
    } == set(Type)


def test_header_lines_name_every_severity(page: PageOf) -> None:
    assert set(SEVERITIES) <= set(
        re.findall(r"`(\w+)`", page("docs/reference/queries.md").section("The header"))
    )


def test_formats_are_those_that_there_are(page: PageOf) -> None:
    exports = next(
        line
        for line in page("docs/tutorial/first-steps.md").text.splitlines()
        if line.startswith("Formats: ")
    )
    answers = next(
        line
        for line in page("docs/reference/queries.md").text.splitlines()
        if line.startswith("Formats: ")
    )
    assert set(re.findall(r"`([\w-]+)`", exports)) == {*EXPORTS}
    assert set(re.findall(r"`([a-z-]+)`", answers)) == set(ANSWERS)


def test_derivations_are_those_that_there_are(page: PageOf, catalogue: Catalogue) -> None:
    assert page("docs/reference/queries.md").keys("Derivations") == [
        f"{query.name}.rq" for query in catalogue.topic("derive")
    ]


def test_every_query_has_its_titles(catalogue: Catalogue) -> None:
    assert [
        query.name for query in catalogue if {tag for tag, _ in query.titles} != {"en", "fr", "es"}
    ] == []


def test_exit_codes_are_those_of_the_command_line(page: PageOf, tmp_path: Path) -> None:
    done, wrong_input, called_wrongly = (
        run(["query", "--help"]),
        run(["build", str(tmp_path)]),
        run(["bild"]),
    )
    codes = [done, wrong_input, called_wrongly, VIOLATIONS, FAULT, INTERRUPTED]
    assert [int(key) for key in page("docs/reference/project.md").keys("Exit codes")] == codes
    assert len(set(codes)) == len(codes)


def test_the_readme_is_read_in_a_minute(page: PageOf) -> None:
    assert page("README.md").text.count("\n") < 120


def test_licences_are_those_of_the_sources(page: PageOf) -> None:
    documented = {
        cells[0].strip("`"): cells[1]
        for cells in page("docs/reference/licences.md").rows("Licences")
    }
    assert documented == {source.name: source.licence for source in open_project(ROOT).sources}
    ontology = re.search(
        r"dcterms:license <([^>]+)>", (ROOT / "ontology/core.ttl").read_text("utf-8")
    )
    assert ontology
    assert ontology[1] in page("docs/reference/licences.md").links


@pytest.mark.heavy
def test_tests_are_found_without_what_is_not_shipped(tmp_path: Path) -> None:
    """So that all others run, as CONTRIBUTING.md says."""
    files = [
        str(path)
        for path in (ROOT / "tests").rglob("test_*.py")
        if "import SHARED" in path.read_text("utf-8")
    ]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        *files,
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "HRDGRAPH_SHARED": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert files
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", PAGES)
def test_no_machine_is_named(page: PageOf, name: str) -> None:
    assert not re.search(r"(?<![\w.])/(?:work|tmp|root|home)/|pypi\.org|index-url", page(name).text)
