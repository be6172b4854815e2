from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    # Of Plotly's package only plotly.min.js is served.
    ignore_patterns = ["CVS", ".*", "*~", "datasets", "templates", "widgetbundle.js"]
