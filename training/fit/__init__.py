"""Training runs, from a recipe to exported weights."""
