"""`python -m bot` is `parallax`."""

import sys

from bot.cli import main

sys.exit(main())
