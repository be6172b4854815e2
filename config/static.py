"""Static files under hashed names."""

from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from servestatic.compress import Compressor
from servestatic.storage import CompressedManifestStaticFilesStorage

_IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Puts hashed names into CSS and into the import statements of ES modules."""

    support_js_module_import_aggregation = True
    # Each pass resolves the hashed names one import further: from a page to its last module it is nine.
    max_post_process_passes = 20
    # Only our own modules import each other: to search Plotly and the admin for imports takes a second.
    # Django has no public setting for it: tests/test_private_apis.py fails when it changes.
    _js_module_import_aggregation_patterns = ("js/*.js", _IMPORTS)

    def create_compressor(self, **options: Any) -> Compressor:
        # Brotli comes with WeasyPrint's fonts. It takes two seconds of CPU for Plotly and saves a sixth of
        # what gzip leaves; a first start must not wait for it.
        return Compressor(**{**options, "use_brotli": False})
