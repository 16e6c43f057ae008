"""Which numbers in this article are wrong? German and English text to quantities, subjects and verdicts."""

from rechenmacht.domains.reader.model import Document, Quantity, Verdict
from rechenmacht.domains.reader.reading import Reader

__all__ = ["Document", "Quantity", "Reader", "Verdict"]
