from django.contrib.staticfiles.storage import HashedFilesMixin
from servestatic.storage import CompressedManifestStaticFilesStorage

_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names in CSS and in the import statements of ES modules too."""

    support_js_module_import_aggregation = True
    # Only our own modules import each other: to search Plotly's 5 MB for imports takes seconds.
    _js_module_import_aggregation_patterns = ("js/*.js", _IMPORTS)
