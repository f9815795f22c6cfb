"""``python -m candela`` is the ``candela`` command."""

from candela.cli.main import main

main()
