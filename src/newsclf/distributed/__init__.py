"""Work shared out to the processes of a Ray cluster, here or on many machines; Ray is an extra."""

from newsclf.distributed.cluster import Cluster
from newsclf.distributed.labelling import RayLabelReport, label_with_ray
from newsclf.distributed.ray_encoder import RayEncoder

__all__ = ["Cluster", "RayEncoder", "RayLabelReport", "label_with_ray"]
