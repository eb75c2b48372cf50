"""Draw topics: one HTML file that shows a map of the articles and opens without a network."""

from newsclf.topic_report.building import build_report, write_report
from newsclf.topic_report.content import LabelShares, RecentChanges, TopicReport
from newsclf.topic_report.map_layout import lay_out_map
from newsclf.topic_report.writing import write_topic_report

__all__ = [
    "LabelShares",
    "RecentChanges",
    "TopicReport",
    "build_report",
    "lay_out_map",
    "write_report",
    "write_topic_report",
]
