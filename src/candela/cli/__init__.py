"""Who asks, at a command line?"""
