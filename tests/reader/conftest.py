"""The tests of this folder import its own phrase list."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
