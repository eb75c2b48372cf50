"""Write a report of topics as one HTML file."""

import base64
import hashlib
from importlib import resources
from pathlib import Path

from newsclf.topic_report.content import TopicReport
from newsclf.topic_report.payload import payload_of
from newsclf.topic_report.plain_text import json_for_script, shown_text
from newsclf.topic_report.view import view_of

_TITLE_LIMIT = 120
_TEMPLATE = "report.html.jinja"
# In the order in which they need each other; together they are one script.
_SCRIPTS = ("drawing.js", "map.js", "trends.js", "hierarchy.js", "search.js", "sorting.js", "start.js")


def write_topic_report(report: TopicReport, path: Path, *, title: str = "Topics") -> None:
    """Write one HTML file that opens without a network, by a double click.

    It holds Plotly's script and all data; a policy in its head forbids every request and every script but its own
    two, which may compile functions only where more than 5,000 articles are drawn. At most 20,000 are, evenly
    picked where there are more, and fewer where their texts would take the file past 15 MB; figures and tables
    count all.

    Parameters
    ----------
    path
        Overwritten where it exists; its folder is made where it is missing.
    title
        The page's heading.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from plotly.offline import get_plotlyjs

    page = resources.files("newsclf.topic_report") / "page"
    plotly_script = _as_html_reads(get_plotlyjs())
    page_script = _as_html_reads("\n".join((page / name).read_text(encoding="utf-8") for name in _SCRIPTS))
    templates = Environment(
        loader=PackageLoader("newsclf.topic_report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    payload = payload_of(report)
    html = templates.get_template(_TEMPLATE).render(
        title=shown_text(title, limit=_TITLE_LIMIT) or "Topics",
        view=view_of(report),
        style=(page / "report.css").read_text(encoding="utf-8"),
        plotly_script=plotly_script,
        page_script=page_script,
        script_hashes=[_hash(plotly_script), _hash(page_script)],
        uses_webgl=payload["webgl"],
        payload=json_for_script(payload),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8", newline="\n")


def _as_html_reads(script: str) -> str:
    """Return a script with the line ends that a browser makes of it, and hashes."""
    return script.replace("\r\n", "\n").replace("\r", "\n")


def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
