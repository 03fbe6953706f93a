"""`python -m leadlight`: the command, where its script is not on the path."""

from leadlight.cli import main

if __name__ == "__main__":
    main()
