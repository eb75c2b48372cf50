"""The label system as data: concepts with stable ids, aliases, definitions, codes and, for regions, countries."""

from newsclf.taxonomy.concepts import Code, Concept, label_key
from newsclf.taxonomy.taxonomy import Taxonomy, load_taxonomy

__all__ = ["Code", "Concept", "Taxonomy", "label_key", "load_taxonomy"]
