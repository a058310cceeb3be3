"""What the words and the places of a page say of what it names, into candidates."""
