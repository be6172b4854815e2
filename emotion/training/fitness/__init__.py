"""Whether a crop is fit to be read: the training of the small network that ``emotion/fitness.py`` asks."""
