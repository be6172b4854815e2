from .files import Export, ExportFile, ExportQuerySet, Superseded
from .lrs import LrsDelivery, LrsStatement

__all__ = ["Export", "ExportFile", "ExportQuerySet", "LrsDelivery", "LrsStatement", "Superseded"]
