"""How does a program read what a page shows?"""
