"""File descriptors: as many connections as the operating system lets this process have open."""

import resource

RESERVED = 100
"""For Temporal, logs, files and connections that are being closed."""


def affordable_connections(wanted: int) -> int:
    """At most `wanted` connections. The soft limit of open files is raised for them as far as the hard one allows.

    A connection above the limit could not be accepted, and those that wait would keep everyone else out.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + RESERVED
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, soft - RESERVED)
