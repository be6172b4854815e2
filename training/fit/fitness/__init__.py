"""Training of the small network of ``emotion/vision/fitness.py``: whether a crop is fit to be read."""
