"""Turn files of tables into sources: guess what their columns mean, with reasons, ask where it is
in doubt, and write it down."""
