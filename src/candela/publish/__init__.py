"""How do we say it safely?"""
