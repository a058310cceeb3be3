"""Serve the whole way in a browser, on this machine alone: from a messy workbook to a published
graph. Every action is a function of the library; all is stored in the project folder."""
