from .files import Export, ExportFile, ExportQuerySet, Superseded
from .kept import KeptRows
from .lrs import LrsDelivery, LrsStatement

__all__ = ["Export", "ExportFile", "ExportQuerySet", "KeptRows", "LrsDelivery", "LrsStatement", "Superseded"]
