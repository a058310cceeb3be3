"""Commands that begin: a new project, and its build."""
