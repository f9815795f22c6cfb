"""Which pages are there about questionnaires?"""
