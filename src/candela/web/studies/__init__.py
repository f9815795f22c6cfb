"""Which studies, programmes and fellowships are assessed here, and who led them?"""
