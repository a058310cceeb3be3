"""Write a workbook to type in for kinds of fact tables: headings with hints, drop-downs, cells of
text for dates, a sheet of explanations."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hrdgraph.catalogue import LANGUAGES, Label, Vocabulary, has_sentence
from hrdgraph.catalogue.message import BLANK
from hrdgraph.fact_kinds.cell_values import Codes
from hrdgraph.fact_kinds.model import Column, Kind

_NAME: Final = re.compile(r"\{(\w+)\}")
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")


def sentence_of(kind: Kind, cells: Mapping[str, str], language: str) -> str:
    """Read the row aloud in a language, else in English: what stands in brackets is left out where
    a cell of it is empty. A cell that may not be empty is heard as a gap."""
    pattern = kind.sentences.get(language) or str(Label(tuple(kind.sentences.items())))

    def whole(match: re.Match[str]) -> str:
        return match[1] if all(cells.get(name) for name in _NAME.findall(match[1])) else ""

    gaps = {column.name: BLANK for column in kind.columns if column.required and not column.unless}
    filled = {**gaps, **{name: text for name, text in cells.items() if text}}
    text = _NAME.sub(lambda match: filled.get(match[1], ""), _OPTIONAL.sub(whole, pattern))
    # what is left out leaves no colon or second point behind
    return re.sub(r"(?:\s*:)?\s+(?=[,.;])|\.(?=\.$)", "", " ".join(text.split()))


def with_labels(
    kind: Kind, cells: Mapping[str, str], language: str, codes: Callable[[str], Codes]
) -> dict[str, str]:
    """Cells with the label in a language where they hold a code: in a French sentence `laureate`
    is a `lauréat`. `codes` gives those of a scheme."""
    schemes = {column.name: column.scheme for column in kind.columns if column.scheme}
    return {
        name: codes(schemes[name]).label(text, language) if name in schemes and text else text
        for name, text in cells.items()
    }


_ROWS: Final = 2000  # below the headings, that have drop-downs
_SHEET: Final = 31  # characters that the name of a sheet may have


def template(
    kinds: Sequence[Kind], codes: Mapping[str, Codes], countries: Sequence[str], language: str,
    things: Mapping[str, Sequence[str]],
) -> bytes:  # fmt: skip
    """Write a workbook with a sheet for each kind. `countries` are names to choose from, `things`
    the names of people, awards and organisations that the graph has, by their kind."""
    import xlsxwriter  # type: ignore[import-untyped]

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    writer = _Writer(book, codes, countries, language if language in LANGUAGES else "en", things)
    for kind in kinds:
        writer.sheet(kind)
    writer.explain()
    writer.close()
    return data.getvalue()


class _Writer:
    """Writes the sheets; what drop-downs offer stands on a sheet of lists, since a drop-down
    holds 255 characters itself."""

    def __init__(
        self, book: Any, codes: Mapping[str, Codes], countries: Sequence[str], language: str,
        things: Mapping[str, Sequence[str]],
    ) -> None:  # fmt: skip
        self._book, self._codes, self._countries, self._things = book, codes, countries, things
        self._language = language
        self._head = book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self._needed = book.add_format(
            {"bold": True, "bg_color": "#FCE4D6", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self._text = book.add_format({"num_format": "@"})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._lists: dict[tuple[str, ...], str] = {}
        self._sheets: list[tuple[Kind, list[Column]]] = []

    def say(self, name: str) -> str:
        """Return a text in the language of the workbook."""
        return Vocabulary("template", self._language)[name]

    def sheet(self, kind: Kind) -> None:
        """Write a sheet with the headings of a kind."""
        columns = [column for column in kind.columns if not column.technical]
        sheet = self._book.add_worksheet(self._title(kind))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            label = column.label(self._language)
            sheet.write_string(
                0, place, label,
                self._needed if column.required and not column.unless else self._head,
            )  # fmt: skip
            sheet.set_column(place, place, max(14, min(len(label) + 4, 34)), self._text)
            sheet.write_comment(0, place, self._hint(column), {"x_scale": 2})
            choices = self._choices(column)
            if choices:
                rule = {
                    "validate": "list",
                    "source": self._list(tuple(choices)),
                    "error_type": "warning" if column.type == "name" else "stop",
                }
                sheet.data_validation(1, place, _ROWS, place, {**rule, "ignore_blank": True})
        self._sheets.append((kind, columns))

    def _title(self, kind: Kind) -> str:
        return kind.label(self._language)[:_SHEET].capitalize()

    def _hint(self, column: Column) -> str:
        own = column.hints.get(self._language) or column.hints.get("en") or ""
        words, type_ = Vocabulary("template", self._language), column.type
        type_ = "code" if type_ == "country" or column.enum else type_
        usual = words[type_] if has_sentence(words.code(type_)) else ""
        several = self.say("several") if column.many else ""
        example = f"{self.say('example')}: {column.example}" if column.example else ""
        return "\n".join(filter(None, (own, usual, several, example))) or column.label(
            self._language
        )

    def _choices(self, column: Column) -> list[str]:
        if column.many:
            return []  # a drop-down would refuse a list
        if column.type == "code" and column.scheme in self._codes:
            codes = self._codes[column.scheme]
            return sorted(codes.label(code, self._language) for code in codes.labels)
        if column.type == "country":
            return list(self._countries)
        if column.type == "yes-no":
            return [self.say("yes"), self.say("no")]
        if column.type == "name":
            return sorted({name for thing in column.of for name in self._things.get(thing, ())})
        return list(column.enum)

    def _list(self, choices: tuple[str, ...]) -> str:
        from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]

        if choices not in self._lists:
            letters = xl_col_to_name(len(self._lists))
            self._lists[choices] = f"='{self.say('lists')}'!${letters}$1:${letters}${len(choices)}"
        return self._lists[choices]

    def explain(self) -> None:
        """Write the sheet that says what each column holds."""
        sheet = self._book.add_worksheet(self.say("explanations"))
        sheet.set_column(0, 1, 26, self._wrapped)
        sheet.set_column(2, 2, 10, self._wrapped)
        sheet.set_column(3, 3, 70, self._wrapped)
        sheet.write_string(0, 0, self.say("unknown"))
        row = 2
        for kind, columns in self._sheets:
            sheet.write_string(row, 0, self._title(kind), self._head)
            told = kind.description(self._language)
            sheet.write_string(row, 3, told, self._wrapped)
            for place, name in enumerate(("sheet", "column", "needed", "meaning")):
                sheet.write_string(row + 1, place, self.say(name), self._head)
            row += 2
            for column in columns:
                needed = self.say("yes") if column.required and not column.unless else ""
                named = (self._title(kind), column.label(self._language), needed)
                for place, text in enumerate((*named, self._hint(column))):
                    sheet.write_string(row, place, text, self._wrapped)
                row += 1
            row += 1

    def close(self) -> None:
        """Write the lists, and end."""
        sheet = self._book.add_worksheet(self.say("lists"))
        for place, choices in enumerate(self._lists):
            for row, text in enumerate(choices):
                sheet.write_string(row, place, text)
        sheet.hide()
        self._book.close()
