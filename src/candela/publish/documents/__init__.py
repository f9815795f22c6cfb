"""How is one text written as Word, PDF, a web page and plain data?

A ``Document`` is made once, of blocks, and written by ``docx``, ``pdf``, ``page`` and
``data``: whatever it says, it says everywhere.
"""
