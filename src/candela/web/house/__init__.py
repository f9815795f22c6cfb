"""Is the service well, and what does it keep?"""
