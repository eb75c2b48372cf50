"""Draw topics: one HTML file that shows a map of the articles and opens without a network."""

from newsclf.topic_report.content import LabelShares, TopicReport
from newsclf.topic_report.map_layout import lay_out_map
from newsclf.topic_report.writing import write_topic_report

__all__ = ["LabelShares", "TopicReport", "lay_out_map", "write_topic_report"]
