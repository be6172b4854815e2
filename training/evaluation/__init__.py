"""Scores, calibration, robustness and region maps of trained networks."""
