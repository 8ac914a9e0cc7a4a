"""`python -m koopopt` is the command line."""

from koopopt.cli import main

if __name__ == "__main__":
    main()
