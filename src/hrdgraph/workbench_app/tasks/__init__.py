"""Run what takes long or reads foreign files in processes of their own: they tell how far they
are, and can be ended."""
