"""The whole way in a browser, on this machine alone: from a messy workbook to a published graph.
Every action is one of the library's functions; nothing is stored but in the project folder."""
