"""How is it said what a study changed, and what must not be shown?"""
