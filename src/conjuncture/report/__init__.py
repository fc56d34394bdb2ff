"""Reports: everything that was asked of a crisis in one file that can be sent to a colleague.

``conjuncture report`` is the same from a terminal.

Examples
--------
>>> import conjuncture
>>> from conjuncture.report import build_report, write
>>> ensemble = conjuncture.load("spain-1981").run(worlds=100)
>>> report = build_report(ensemble, ["evening = crown"])                    # doctest: +SKIP
>>> write(report, "report.html")                                      # doctest: +SKIP
"""

from conjuncture.report.builder import build_report
from conjuncture.report.document import Report, write

__all__ = ["Report", "build_report", "write"]
