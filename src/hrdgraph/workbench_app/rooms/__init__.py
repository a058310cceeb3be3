"""The rooms of the workbench, each thin: what they do are functions of the library."""
