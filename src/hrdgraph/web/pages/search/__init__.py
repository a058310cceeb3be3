"""What things are found by, and what is offered while somebody types."""
