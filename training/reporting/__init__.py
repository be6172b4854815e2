"""Plots, and the generated tables of the documents."""
