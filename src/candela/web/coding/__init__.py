"""What do the answers claim, what supports it, and who checked?"""
