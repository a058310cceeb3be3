"""Work that can be ended: in a process of its own, with bounds, which goes when this one does."""
