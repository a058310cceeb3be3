"""Work on several processors gives what work on one gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hrdgraph.sources.resources import ahead, in_order


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_what_is_made_comes_in_the_order_of_its_parts(jobs: int) -> None:
    assert list(in_order(lambda part: part * part, range(100), jobs)) == [
        part * part for part in range(100)
    ]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("items", [[], [1, 2, 3], [1, None], [None, 0, "", 4]])
def test_every_item_is_read_whatever_it_is(items: list[object], jobs: int) -> None:
    assert list(ahead(iter(items), jobs)) == items


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_comes_behind_what_was_before_it(jobs: int) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    found = ahead(broken(), jobs)
    assert next(found) == 1
    with pytest.raises(OSError, match="gone"):
        next(found)


def test_few_parts_are_taken_before_they_are_wanted() -> None:
    taken: list[int] = []

    def parts() -> Iterator[int]:
        for part in range(1000):
            taken.append(part)
            yield part

    made = in_order(str, ahead(parts(), 2), 2)
    assert next(made) == "0"
    assert len(taken) <= 8
