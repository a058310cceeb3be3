"""Rules that turn the words and places of a page into candidates."""
