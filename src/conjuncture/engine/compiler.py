"""What the compiler is told: how to lay out the loops over histories."""

from __future__ import annotations

import os

OPTIONS: dict[str, str | bool] = {
    "xla_cpu_multi_thread_eigen": False,
    "xla_cpu_enable_concurrency_optimized_scheduler": False,
}
"""Every core has a thread of ours already: one block is not to be split over several."""

EXTRA_OPTIONS = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true"
"""Several numbers that are worked out from the same ones share a loop, instead of each working
them out anew: a third less to compile, and a fifth faster (Bolivia, October 1970).
"""


def ask_for_extra_options() -> None:
    """Ask for what the compiler only reads from the environment, before it is first used.

    Who has set extra options already keeps them. A process that compiled something before it came
    here compiles without ours: more slowly, and with other roundings.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {EXTRA_OPTIONS}".strip()
