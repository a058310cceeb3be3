"""Edit tables as they were typed: rows in memory, each change in a journal before it is answered,
and written back into the file without touching anything else in it."""
