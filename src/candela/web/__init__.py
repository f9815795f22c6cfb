"""Who may see, enter, review, export?"""
