from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    # Only plotly.min.js of Plotly's package is served.
    ignore_patterns = ["CVS", ".*", "*~", "datasets", "templates", "widgetbundle.js"]
