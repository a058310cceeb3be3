"""Folders that the engine and its workers reach: on a disk that all of them see, or in an object
store by its URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, cast

from hrdgraph.catalogue import Message
from hrdgraph.engines import is_url
from hrdgraph.errors import Origin, OutputError, SourceError

_CHECK: Final = Message("check-file-and-disk")


class StorageFolder(NamedTuple):
    """A folder, by its path or URL; it pickles. Its errors are OutputError."""

    place: str

    @classmethod
    def of(cls, place: str | Path) -> StorageFolder:
        """The folder of a path, made absolute, or of a URL."""
        text = str(place)
        return cls(text.rstrip("/") if is_url(text) else str(Path(text).resolve()))

    @property
    def is_local(self) -> bool:
        """Whether it is a path."""
        return not is_url(self.place)

    @property
    def engine_path(self) -> str:
        """What an engine calls it: by itself it may take a path for one in its own store."""
        return f"file://{self.place}" if self.is_local else self.place

    def inside(self, name: str) -> StorageFolder:
        """A folder in it."""
        return StorageFolder(f"{self.place}/{name}")

    def create(self) -> None:
        """Make it, with those around it."""
        with self._told():
            files, path = self._opened()
            files.create_dir(path, recursive=True)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """A stream into a file of it."""
        with self._told():
            files, path = self._opened()
            with files.open_output_stream(f"{path}/{name}", compression=None) as stream:
                yield cast("BinaryIO", stream)

    def write(self, name: str, data: bytes) -> None:
        """Write a file of it."""
        with self.writing(name) as stream:
            stream.write(data)

    def read(self, name: str) -> bytes:
        """The bytes of a file of it."""
        with self._told():
            if self.is_local:  # to read needs no library
                return Path(self.place, name).read_bytes()
            files, path = self._opened()
            with files.open_input_stream(f"{path}/{name}", compression=None) as stream:
                return cast("bytes", stream.read())

    def read_if_there(self, name: str) -> bytes | None:
        """Return the bytes of a file, None where it is not there. Raises SourceError where it
        cannot be read."""
        try:
            return self.read(name) if self.has(name) else None
        except OutputError as error:  # which speaks of writing
            if error.code != "unwritable":
                raise
            reason = error.message.fields["reason"]
            raise SourceError("unreadable", reason=reason, origin=error.origin) from error

    def rename(self, name: str, other: str) -> None:
        """Give a file of it another name."""
        with self._told():
            files, path = self._opened()
            files.move(f"{path}/{name}", f"{path}/{other}")

    def names(self) -> list[str]:
        """The files in it, sorted; none where it is not there."""
        from pyarrow.fs import FileSelector, FileType  # type: ignore[import-untyped]

        with self._told():
            files, path = self._opened()
            found = files.get_file_info(FileSelector(path, allow_not_found=True))
            return sorted(item.base_name for item in found if item.type == FileType.File)

    def has(self, name: str) -> bool:
        """Whether a file is in it."""
        if self.is_local:
            return Path(self.place, name).is_file()
        from pyarrow.fs import FileType

        with self._told():
            files, path = self._opened()
            return bool(files.get_file_info(f"{path}/{name}").type == FileType.File)

    def remove(self, name: str) -> None:
        """Take a file out of it."""
        with self._told():
            files, path = self._opened()
            files.delete_file(f"{path}/{name}")

    def clear(self) -> None:
        """Take everything out of it, and itself, if it is there."""
        from pyarrow.fs import FileType

        with self._told():
            files, path = self._opened()
            if files.get_file_info(path).type == FileType.Directory:
                files.delete_dir(path)

    def _opened(self) -> tuple[Any, str]:
        """The file system and the path in it. `s3a`, as Spark says, is `s3` here."""
        from pyarrow import ArrowInvalid  # type: ignore[import-untyped]
        from pyarrow.fs import FileSystem, LocalFileSystem

        if self.is_local:
            return LocalFileSystem(), self.place
        try:
            return cast(
                "tuple[Any, str]", FileSystem.from_uri(self.place.replace("s3a://", "s3://", 1))
            )
        except ArrowInvalid:
            return self._by_fsspec()

    def _by_fsspec(self) -> tuple[Any, str]:
        """Of a scheme that the Arrow library does not know: what fsspec and its plug-ins do."""
        from pyarrow.fs import FSSpecHandler, PyFileSystem

        scheme, _, path = self.place.partition("://")
        try:
            filesystem = import_module("fsspec").filesystem
            return PyFileSystem(FSSpecHandler(filesystem(scheme))), path
        except (ImportError, ValueError) as error:
            raise OutputError(
                "not-known-here",
                name=f"{scheme}://",
                origin=Origin(self.place),
                hint="use-shared-folder",
            ) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        from hrdgraph.atomic_files import writing_to

        with writing_to(self.place):
            try:
                yield
            except (ValueError, RuntimeError) as error:  # the Arrow library's own
                raise OutputError(
                    "unwritable", reason=str(error), origin=Origin(self.place), hint=_CHECK
                ) from error
