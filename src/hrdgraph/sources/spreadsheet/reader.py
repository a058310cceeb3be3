"""What the library that reads spreadsheets raises into errors that can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import python_calamine


def sheet_values(sheet: python_calamine.CalamineSheet) -> list[list[Any]]:
    """The cells of a sheet. ValueError where the library gives up, as at a span that is
    longer than it can count."""
    try:
        return sheet.to_python(skip_empty_area=False)
    except BaseException as error:
        # the second is of a class that no module names
        if isinstance(error, OverflowError) or type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from error
        raise
