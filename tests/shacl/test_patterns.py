"""sh:pattern: linear time wherever a pattern allows it, an end where it does not, and the language of XPath."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.shacl.written import VALUES, found

from hrdgraph.errors import OntologyError
from hrdgraph.shacl import regex


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def test_a_catastrophic_pattern_takes_linear_time() -> None:
    data = f'ex:a ex:p "{"a" * 50_000}!" .'
    assert seconds(lambda: found(data, VALUES + 'sh:pattern "^(a+)+$" .')) < 2
    assert [one.component for one in found(data, VALUES + 'sh:pattern "^(a+)+$" .')] == ["Pattern"]


def test_a_pattern_that_needs_backtracking_works() -> None:
    data = 'ex:a ex:p "abab" , "abba" , "Ab\\nab" .'
    assert [one.value for one in found(data, VALUES + r'sh:pattern "^(..)\\1$" .')] == [
        '"Ab\\nab"',
        '"abba"',
    ]
    assert [one.value for one in found(data, VALUES + 'sh:pattern "^(?!ab)" .')] == [
        '"abab"',
        '"abba"',
    ]


def test_a_catastrophic_pattern_that_needs_backtracking_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(regex, "SECONDS", 1)
    with pytest.raises(OntologyError, match="takes more than 1 seconds") as caught:
        found(f'ex:a ex:p "{"a" * 40}!" .', VALUES + 'sh:pattern "^(?=a)(a+)+$" .')
    assert "cannot take long" in caught.value.hint
    assert caught.value.origin.line == 7


@pytest.mark.parametrize(("flags", "text", "fits"), [("i", "A.C", True), ("q", "a.c", True), ("q", "abc", False), ("iq", "A.C", True),
                                                     ("s", "a\\nc", True), ("x", "a.c", True), ("", "a\\nc", False)])  # fmt: skip
def test_flags_are_those_of_xpath(flags: str, text: str, fits: bool) -> None:
    assert (
        found(f'ex:a ex:p "{text}" .', VALUES + f'sh:pattern "a.c" ; sh:flags "{flags}" .') == []
    ) is fits


XPATH = [
    (r"^[a-z-[aeiou]]+$", "bcd", ["abc", "b-d", "bcd]"]), (r"^[^a-z-[0-9]]+$", "AB", ["a", "1"]), (r"^[\\d-[5]]$", "4", ["5"]),
    (r"^[a&&b]+$", "ab&", ["c"]), (r"^[+--]$", ",", ["a"]), (r"^[[:alpha:]]$", "a", ["1"]), (r"^\\[a-\\[b]$", "[a-[b]", ["a"]),
    (r"^(?!x)[$a-z]+$", "a$b", ["abc\\n", "xa"]), (r"^(?!x)a\\$$", "a$", ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "good", "bad"), XPATH)
def test_patterns_are_those_of_xpath(pattern: str, good: str, bad: list[str]) -> None:
    values = '" , "'.join((good, *bad))
    told = found(f'ex:a ex:p "{values}" .', VALUES + f'sh:pattern "{pattern}" .')
    assert sorted(one.value or "" for one in told) == sorted(f'"{text}"' for text in bad)
