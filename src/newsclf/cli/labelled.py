"""What `newsclf label` says at its end, whatever the work ran on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from newsclf.distributed.labelling import RayLabelReport
    from newsclf.labelling import LabellingReport

_REASONS_SHOWN = 5


def tell_labelled(
    report: "LabellingReport | RayLabelReport",
    *,
    rejects: str | None,
    output: str,
    console: Console,
    reasons: Mapping[str, int] | None = None,
    resumed_from: int = 0,
) -> None:
    """Say what was done, and what was not.

    Parameters
    ----------
    rejects
        Where the rejects are, if anywhere.
    reasons
        How many rows were rejected for each, where that is known.
    """
    _tell_truncated(report.truncated, console)
    for old, new in report.renamed.items():
        _warn(console, f"The input's column {old!r} is {new!r} in the output.")
    if report.passed_over:
        console.print(f"passed over {report.passed_over:,} files that hold no articles", soft_wrap=True)
    if report.rejected:
        kept = "; --rejects FILE keeps them" if rejects is None else f", see {rejects}"
        _warn(console, f"rejected {report.rejected:,} rows{kept}")
        for reason, count in sorted((reasons or {}).items(), key=lambda item: -item[1])[:_REASONS_SHOWN]:
            _warn(console, f"  {count:,}: {reason}")
    if not report.labelled and not report.rejected:
        _warn(console, "The input holds no rows; the output is empty")
    rows = [("articles labelled", f"{report.labelled:,}")]
    rows += [(f"of these, {status}", f"{count:,}") for status, count in sorted(report.statuses.items())]
    rows.append(("rows rejected", f"{report.rejected:,}"))
    if resumed_from:
        rows.append(("done by earlier runs", f"{resumed_from:,}"))
    rows += [
        ("seconds", f"{report.seconds:,.1f}"),
        ("articles a second", f"{report.articles_per_second:,.1f}"),
        ("written to", output),
    ]
    table = Table(title="Labelled", title_justify="left", title_style="bold", show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, escape(value))
    console.print(table)


def _tell_truncated(count: int, console: Console) -> None:
    if count:
        _warn(
            console,
            f"{count:,} articles are longer than what the model's encoder reads of them (--max-windows of its "
            f"training); they have truncated = true",
        )


def _warn(console: Console, words: str) -> None:
    console.print(words, style="yellow", soft_wrap=True)
