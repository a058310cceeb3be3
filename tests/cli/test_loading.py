"""The command line loads the column engine without what no command needs; who asks for that gets it all the same."""

import subprocess
import sys

import pytest

LOADED = "any(name.startswith('polars.io.iceberg.') for name in sys.modules)"


def _says(*lines: str) -> str:
    script = "\n".join(
        [
            "import sys",
            "from hrdgraph.cli.process import lighten",
            "lighten()",
            "import polars as pl",
            *lines,
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_iceberg_is_not_loaded() -> None:
    assert (
        _says(f"print({LOADED}, pl.DataFrame({{'a': [1]}}).lazy().collect().height)") == "False 1"
    )


@pytest.mark.parametrize(
    "ask",
    [
        "from polars.io.iceberg._utils import with_table_nullability",
        "import polars.io.iceberg as there; there.functions",
        "from polars.io.iceberg import IcebergCatalogConfig",
    ],
)
def test_what_is_behind_is_loaded_when_it_is_asked_for(ask: str) -> None:
    assert _says(ask, f"print({LOADED})") == "True"


def test_a_function_that_is_called_is_the_real_one() -> None:
    call = "try: pl.scan_iceberg('nowhere').collect()\nexcept Exception as error: print(type(error).__name__ != 'AttributeError')"
    assert _says(call, f"print({LOADED})").split() == ["True", "True"]


def test_who_has_loaded_it_already_keeps_it() -> None:
    assert (
        _says(
            "before = sys.modules['polars.io.iceberg']",
            "lighten()",
            "print(sys.modules['polars.io.iceberg'] is before)",
        )
        == "True"
    )
