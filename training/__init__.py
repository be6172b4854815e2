"""Training, evaluation and export of the networks. It is offline: the site never imports it."""
