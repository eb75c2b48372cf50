"""The model card: what a model is, what it was trained on, how good it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from newsclf.evaluation_report import figure_with_interval

_BASELINES = ("majority", "tfidf_linear_svc")


def model_card(manifest: Mapping[str, Any], metrics: Mapping[str, Any]) -> str:
    """Write a model card in Markdown, from what the manifest and the metrics say."""
    counts = metrics["articles"]
    encoder = manifest["encoder"]
    sections = [
        "# A newsclf model",
        f"Labels news articles in the facets {', '.join(metrics['facets'])}; made by newsclf "
        f"{manifest['packages']['newsclf']} with seed {manifest['config']['seed']}.",
        "## Use",
        '```python\nimport newsclf\n\nmodel = newsclf.load("path/to/this/folder")\nprint(model.predict("…"))\n```',
        "## Data",
        f"{counts['read']:,} articles (sha256 `{manifest['data']['sha256']}`), split {counts['split']}: "
        f"{counts['train']:,} to learn from, {counts['test']:,} to measure on, {counts['left_out']:,} left out, "
        f"{counts['near_copies']:,} near-copies across the split ({counts['near_copies_handling']}).",
        "## Held-out figures",
        _figures(metrics["facets"]),
        "In brackets: 95% bootstrap intervals; near-copies are drawn together.",
        _trust(metrics["facets"]),
        "Scores are probabilities fitted on held-out folds of the training articles. A label is given from its own "
        "cut on, see `thresholds.json`.",
        "## Topics",
        *_topics(metrics["topics"]),
        *([_topic_changes(manifest)] if "topic_changes" in manifest else ()),
        "## Encoder",
        f"`{encoder['name']}`, {encoder['dim']} dimensions, fingerprint `{encoder['fingerprint']}`."
        + (_tuning(manifest) if "base" in encoder else "")
        + (_windows(encoder["max_windows"], counts) if encoder["max_windows"] is not None else ""),
        *([_cascade(manifest, metrics["cascade"])] if "cascade" in metrics else ()),
        "## Limits",
        "It knows only the labels listed in `thresholds.json`, and only kinds of text like those it was trained on. "
        "`needs_review` marks articles for which wrong labels are to be expected, whose words and sentence vector name "
        "different labels, or that are unlike anything in the training articles; the table above says how often each "
        "status was wrong.",
    ]
    return "\n\n".join(sections) + "\n"


def _topic_changes(manifest: Mapping[str, Any]) -> str:
    did = ", ".join(f"{change['did']} ({change['when'][:10]})" for change in manifest["topic_changes"])
    return f"That was measured when the model was trained; its topics were changed since: {did}."


def _windows(most: int, counts: Mapping[str, Any]) -> str:
    used = counts["train"] + counts["test"]
    return (
        f" Of a text that is longer, it reads the first windows alone, {most} at most: {counts['truncated']:,} of "
        f"these {used:,} articles are."
    )


def _tuning(manifest: Mapping[str, Any]) -> str:
    epochs = manifest["config"]["finetune"]
    return (
        f" Fine-tuned from `{manifest['encoder']['base']['name']}` on the labels (epochs: {epochs}); cuts and "
        f"probabilities were learned on training articles that were kept from it."
    )


def _cascade(manifest: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    """Say what the second stage of a cascade answers, and what it is worth."""
    second = manifest["second_encoder"]
    lines = [
        f"A cascade: of the articles it is in doubt of, `{second['name']}` ({second['dim']} dimensions, fingerprint "
        f"`{second['fingerprint']}`) makes vectors too, and heads of their own answer: of "
        f"{figures['share_embedded']:.1%} of the test articles ({figures['share_wanted']:.0%} wanted). Their cuts "
        f"are in `second/thresholds.json`. Topics are of `{manifest['encoder']['name']}` alone.\n",
        "| facet, micro F1 | first stage alone | cascade | second stage alone |",
        "|---|---|---|---|",
    ]
    for facet, f1 in figures["micro_f1"].items():
        lines.append(f"| {facet} | {' | '.join(f'{f1[stage]:.3f}' for stage in ('first', 'cascade', 'second'))} |")
    return "\n".join(lines)


def _figures(facets: Mapping[str, Any]) -> str:
    lines = [
        "| facet | labels | test articles | micro F1 (95%) | macro F1 (95%) | majority | TF-IDF + LinearSVC |",
        "|---|---|---|---|---|---|---|",
    ]
    for facet, figures in facets.items():
        test = figures["test"]
        baselines = (f"{figures[name]['micro_f1']:.3f} / {figures[name]['macro_f1']:.3f}" for name in _BASELINES)
        lines.append(
            f"| {facet} | {test['labels']} | {test['articles']} "
            f"| {' | '.join(figure_with_interval(test, name) for name in ('micro_f1', 'macro_f1'))} "
            f"| {' | '.join(baselines)} |"
        )
    return "\n".join(lines)


def _trust(facets: Mapping[str, Any]) -> str:
    """Say by facet how far scores and statuses can be relied on."""
    lines = [
        "| facet | calibration error | Brier | status: share of test articles, of these with a wrong label |",
        "|---|---|---|---|",
    ]
    for facet, figures in facets.items():
        test = figures["test"]
        error = test["calibration"]["mean_ece"]
        statuses = (
            f"{status}: {row['articles'] / test['articles']:.1%}, {row['share_wrong']:.1%}"
            for status, row in test["by_status"].items()
        )
        lines.append(
            f"| {facet} | {'-' if error is None else f'{error:.3f}'} | {test['calibration']['mean_brier']:.4f} "
            f"| {'; '.join(statuses)} |"
        )
    return "\n".join(lines)


def _topics(figures: Mapping[str, Any]) -> list[str]:
    """Say how topics were found, how far they can be relied on, and what they are."""
    found = f"{figures['found']} topics ({figures['route']})"
    if not figures["found"]:
        return [f"{found}."]
    rescued, steady = figures["rescued"], figures["stability"]
    said = [
        f"{found}. {figures['train_share_without_topic']:.1%} of the articles learned from and "
        f"{figures['share_without_topic']:.1%} of the test articles belong to none."
    ]
    if rescued["articles"]:
        said.append(
            f"Clustering left out articles that were given the nearest topic: {rescued['articles']:,}, with a mean "
            f"cosine of {rescued['similarity']:.3f} to it, where that of the others is "
            f"{figures['clustered']['similarity']:.3f}."
        )
    if steady:
        said.append(
            f"Adjusted Rand index of {steady['seeds']} runs with other seeds: {steady['ari']:.3f} (lowest "
            f"{steady['lowest_ari']:.3f})."
        )
    if steady and steady["bootstraps"]:
        said.append(
            f"Of {steady['bootstraps']} bootstraps of the articles: {steady['bootstrap_ari']:.3f} (lowest "
            f"{steady['lowest_bootstrap_ari']:.3f})."
        )
    return [" ".join(said), _topic_table(figures["topics"])]


def _topic_table(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| topic | articles | themes | regions | typical articles |", "|---|---|---|---|---|"]
    for row in rows:
        cells = [
            f"{row['id']} {row['name']}",
            f"{row['size']:,}",
            *(
                ", ".join(f"{label} {share:.0%}" for label, share in row[facet].items())
                for facet in ("theme", "region")
            ),
            "; ".join(row["examples"]),
        ]
        lines.append(f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in cells)} |")
    return "\n".join(lines)
