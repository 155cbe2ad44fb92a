"""A drill of alarms: ten faults, and the time until each channel says what is wrong."""
