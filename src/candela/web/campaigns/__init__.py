"""Who is asked about a study, how, and when?"""
