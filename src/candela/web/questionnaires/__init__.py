"""Which questions are asked here?  Versions that never change once they were used."""
