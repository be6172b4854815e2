from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names in CSS and in the import statements of ES modules too."""

    support_js_module_import_aggregation = True
