"""Pages of studies, services, people in research, and days for asking."""
