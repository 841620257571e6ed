"""Lets ``python -m errbook`` be the command."""

from errbook.cli import main

if __name__ == "__main__":
    main()
