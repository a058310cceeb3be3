"""Workbooks (XLSX, XLS, ODS) into rows."""
