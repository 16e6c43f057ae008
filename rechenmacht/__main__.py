"""`python -m rechenmacht`: the command line."""

import sys

from rechenmacht.outputs.cli import main

sys.exit(main())
