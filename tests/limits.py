"""How long tests wait for what has to happen.

These limits only end a test that hangs. They are far above what a machine needs that is ten times slower than usual,
so no test fails because the machine is busy. A limit that the product promises stands in the test that proves it.
"""

WAIT = 600.0
"""Seconds that a test waits for one thing to happen."""
TEST = 1200.0
"""Seconds that one test may take."""
LONG_TEST = 3600.0
"""Seconds that one test may take that plays many requests or kills many processes."""
