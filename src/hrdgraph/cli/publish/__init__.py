"""Commands that give the graph to others, or take something back."""
