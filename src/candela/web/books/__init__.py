"""Which books are here, and who may see them?"""
