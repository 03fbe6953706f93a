"""The command as its installed script starts it: a file, which is what tells it from a notebook."""

import sys

from leadlight.cli import main

if __name__ == "__main__":
    sys.argv[0] = "leadlight"
    main()
