"""What the nodes that steps run on have, for the form of a step's resources."""

import contextlib

from jupyterlab_promote.errors import PromoteError
from jupyterlab_promote.model.api import ClusterOffer
from jupyterlab_promote.server import local_stack
from jupyterlab_promote.server.site import Site


def offer(site: Site) -> ClusterOffer:
    """The most that one node has of each, as Ray says it; of this computer before its own Ray runs. Never raises."""
    # A plugin of an earlier release does not know either.
    with contextlib.suppress(PromoteError):
        known = site.session(reading=True).registration.capacity()
        if known.cpus is not None:
            return ClusterOffer(**known.model_dump())
    return local_stack.largest_node() if site.settings.embedded else ClusterOffer()
