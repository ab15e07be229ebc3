"""The report of a measurement as one page: nothing from elsewhere, light and dark, a table beside every plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from lightkeeper.detect.conversations.evaluation import plots
from lightkeeper.detect.conversations.evaluation.plots import PERCENT, Axis, Bars, Series
from lightkeeper.detect.conversations.evaluation.saying import MADE_UP, MEASURED, number, percent, share
from lightkeeper.detect.conversations.evaluation.styling import STYLE

LEFT_EDGE: Final = 0.1
"""Of the ROC curve what is shown: nobody works at a higher false-positive rate."""
_HEAD: Final = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n<title>Conversations, measured</title>\n'
)
Row = Sequence[object]


def page(document: Mapping[str, Any]) -> str:
    """The whole page."""
    found = document["figures"]
    what = MADE_UP if document["made_up"] else MEASURED
    parts = [
        f'<p class="what">{escape(what)}</p>',
        _section("What was measured", _measured(document)),
        _section("Conversations", _conversations(found)),
        _section("Authors and lines", _decided(found, ("authors", "lines"))),
        _section("How early", _early(found) + _latency(found)),
        _section("Bands", _bands(found)),
        _section("Alerts", _alerts(found)),
        _section("Calibration", _absent(found["calibration"])),
        _section("Gates", _gates(document["gates"])),
    ]
    body = "\n".join(parts)
    top = f"{_HEAD}<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Conversations, measured</h1>\n"
    return f"{top}{body}\n</main>\n</body>\n</html>\n"


def _section(title: str, inside: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{inside}\n</section>"


def _table(caption: str, head: Row, rows: Sequence[Row]) -> str:
    """A table whose first column names the rows."""
    top = "".join(f'<th scope="col">{escape(str(one))}</th>' for one in head)
    body = "".join(
        f'<tr><th scope="row">{escape(str(first))}</th>' + "".join(f"<td>{_cell(one)}</td>" for one in rest) + "</tr>"
        for first, *rest in rows
    )
    label = escape(caption)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table><caption>{label}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    """A value whose percent sign stays with its number."""
    return escape(str(value)).replace(" %", "&nbsp;%")


def _beside(plot: str, table: str) -> str:
    return f'<div class="beside"><div class="plot">{plot}</div>{table}</div>'


def _absent(found: Mapping[str, Any]) -> str:
    return f"<p>Not measurable: {escape(found['not_measurable'])}.</p>"


def _measured(document: Mapping[str, Any]) -> str:
    found, versions = document["figures"], document["versions"]
    data, threshold = found["data"], found["threshold"]
    rows = [
        ("Conversations", f"{data['conversations']:,}: {data['risky']:,} risky, {data['benign']:,} benign"),
        ("Messages", f"{data['messages']:,}"),
        ("Messages of a risky one (median)", number(data["median_messages_risky"], 0)),
        ("Messages of a benign one (median)", number(data["median_messages_benign"], 0)),
        ("Never judged", f"{data['never_judged']:,}"),
        ("Left out: without a label, without a message",
         f"{data['left_out_without_label']:,}, {data['left_out_without_messages']:,}"),
        ("Known to the engine", document["known"]),
        ("Flagged from", f"{number(threshold['score'])}, {threshold['how']}"),
        ("Exemplars", versions["scorer"] or "not used"),
        ("Lightkeeper, engine, settings",
         f"{versions['lightkeeper']}, {versions['engine']}, {versions['settings']}"),
        ("Options", _options(document["options"])),
    ]  # fmt: skip
    packs = [
        (f"{one['source']} {one['language']}", one["version"], one["phrases"], one["taken_as"], one["digest"][:16])
        for one in versions["packs"]
    ]
    head = ("Pack", "Version", "Phrases", "Taken as", "SHA-256 begins with")
    return _table("Data and versions", ("What", "Value"), rows) + _table("Packs of phrases", head, packs)


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {said}" for name, said in options.items() if said not in (None, ""))


def _conversations(found: Mapping[str, Any]) -> str:
    whole, curves = found["conversations"], found["curves"]
    rates = [
        (percent(row["rate"]), f"{row['false_alarms_allowed']:,}", number(row["threshold"]), share(row["recall"]))
        for row in whole["at_rates"]
    ]
    table = _table(
        "Recall at a false-positive rate", ("Rate", "False alarms allowed", "Score from", "Recall (95 %)"), rates
    )
    marks = [(part / 50, f"{2 * part} %") for part in range(6)]
    roc = plots.lines(
        "Recall over the false-positive rate, up to 10 %; the table beside it has its figures.",
        [Series("", curves["roc"], steps=True)],
        Axis("false-positive rate", 0, LEFT_EDGE, marks),
        Axis("recall", 0, 1, PERCENT),
    )
    figures = _table(
        "All conversations",
        ("Figure", "Value"),
        [
            ("AUC", number(whole["auc"])),
            ("Average precision", number(whole["average_precision"])),
            *_rows(whole["at_threshold"]),
            ("False-positive rate", share(whole["at_threshold"]["false_positive_rate"])),
        ],
    )
    curve = plots.lines(
        "Precision over recall; average precision and the figures at the score are in the table beside it.",
        [Series("", curves["precision_recall"])],
        Axis("recall", 0, 1, PERCENT),
        Axis("precision", 0, 1, PERCENT),
    )
    return _beside(roc, table) + _beside(curve, figures)


def _rows(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    named = (("f1", "F1"), ("f0_5", "F0.5"), ("f3", "F3"))
    shares = [("Precision", share(row["precision"])), ("Recall", share(row["recall"]))]
    return shares + [(name, number(row[key])) for key, name in named if key in row]


def _decided(found: Mapping[str, Any], names: Sequence[str]) -> str:
    made = []
    for name in names:
        row = found[name]
        if "not_measurable" in row:
            made.append(f"<h3>{name.capitalize()}</h3>{_absent(row)}")
            continue
        counts = [("Authors, offenders", f"{row['authors']:,}, {row['offenders']:,}")] if "authors" in row else []
        made.append(_table(name.capitalize(), ("Figure", "Value"), [*counts, *_rows(row)]))
    return "".join(made)


def _early(found: Mapping[str, Any]) -> str:
    rows = found["early"]
    table = _table(
        "After so many messages",
        ("Messages", "AUC", "Average precision", "Recall at 1 %", "Flagged of the risky", "Flagged of the benign"),
        [
            (
                row["messages"],
                number(row["auc"]),
                number(row["average_precision"]),
                share(row["recall_at_1_percent"]),
                share(row["recall"]),
                share(row["false_positive_rate"]),
            )
            for row in rows
        ],
    )
    plot = plots.lines(
        "Share of risky and of benign conversations that are flagged by 5, 10, 20 and 50 messages.",
        [
            Series(name, [(row["messages"], row[key]["rate"]) for row in rows if row[key]["rate"] is not None])
            for name, key in (("flagged of the risky", "recall"), ("flagged of the benign", "false_positive_rate"))
        ],
        Axis("messages", 0, 50, [(row["messages"], str(row["messages"])) for row in rows]),
        Axis("share", 0, 1, PERCENT),
    )
    return _beside(plot, table)


def _latency(found: Mapping[str, Any]) -> str:
    if "not_measurable" in found["latency"]:
        return _absent(found["latency"])
    rows = found["latency"]["rows"]
    half = number(found["latency"]["half_penalty_at_message"], 0)
    table = _table(
        f"Warned after scores in a row; the penalty is one half at message {half}",
        ("In a row", "Precision", "Recall", "F1", "At message (median)", "Speed", "Latency-weighted F1"),
        [
            (
                row["consecutive"],
                percent(row["precision"]),
                percent(row["recall"]),
                number(row["f1"]),
                number(row["warning"], 0),
                number(row["speed"]),
                number(row["f_latency"]),
            )
            for row in rows
        ],
    )
    plot = plots.lines(
        "F1 and latency-weighted F1 by how many scores in a row are asked for before a warning.",
        [
            Series(name, [(place, row[key]) for place, row in enumerate(rows)])
            for name, key in (("F1", "f1"), ("latency-weighted F1", "f_latency"))
        ],
        Axis("scores in a row", -0.3, len(rows) - 0.7, [(n, str(row["consecutive"])) for n, row in enumerate(rows)]),
        Axis("F1", 0, 1, [(part / 4, f"{part / 4:g}") for part in range(5)]),
    )
    return _beside(plot, table)


def _bands(found: Mapping[str, Any]) -> str:
    if "not_measurable" in found["bands"]:
        return _absent(found["bands"])
    rows = found["bands"]["rows"]
    table = _table(
        "Who ever reached a band",
        ("Band", "Risky", "At message (median)", "Benign", "At message (median)"),
        [
            (
                row["band"],
                share(row["risky"]),
                number(row["median_message_risky"], 0),
                share(row["benign"]),
                number(row["median_message_benign"], 0),
            )
            for row in rows
        ],
    )
    plot = plots.bars(
        "Share of risky and of benign conversations that ever reached watch, review and urgent.",
        ("risky", "benign"),
        [
            Bars(
                row["band"],
                (_rate(row["risky"]), _rate(row["benign"])),
                (percent(row["risky"]["rate"]), percent(row["benign"]["rate"])),
            )
            for row in rows
        ],
        1.0,
    )
    said = (
        "<p>A band is not a score: above <i>watch</i> two families of signs must agree, one of them not of words. What"
        " only unreviewed packs say stays at <i>watch</i>, whatever its score.</p>"
    )
    return said + _beside(plot, table)


def _rate(value: Mapping[str, Any]) -> float:
    return float(value["rate"] or 0)


def _alerts(found: Mapping[str, Any]) -> str:
    alerts = found["alerts"]
    if "not_measurable" in alerts:
        return _absent(alerts)
    rows = alerts["rows"]
    table = _table(
        f"Of {alerts['of']:,} conversations of which {percent(alerts['prevalence'])} are risky",
        ("Alert by", "Right", "Wrong (by the intervals)", "Of the alerts right (by the intervals)"),
        [
            (
                row["by"],
                number(row["right"], 1),
                f"{number(row['wrong'], 1)} ({number(row['wrong_low'], 1)} to {number(row['wrong_high'], 1)})",
                f"{percent(row['precision'])} ({percent(row['precision_low'])} to {percent(row['precision_high'])})",
            )
            for row in rows
        ],
    )
    most = max((max(row["right"], row["wrong"]) for row in rows), default=0.0)
    plot = plots.bars(
        "Right and wrong alerts by each way of alerting.",
        ("right", "wrong"),
        [
            Bars(row["by"], (row["right"], row["wrong"]), (number(row["right"], 1), number(row["wrong"], 1)))
            for row in rows
        ],
        most,
    )
    return _beside(plot, table)


def _gates(gates: Sequence[Mapping[str, Any]] | None) -> str:
    if gates is None:
        return "<p>Not asked for; --gates tries them.</p>"
    rows = [(one["name"], one["verdict"], one["figure"], f"{one['n']:,}") for one in gates]
    return (
        _table("What must hold whatever the accuracy", ("Gate", "Verdict", "Figure", "Measured on"), rows)
        + "<p>The role gate is asked with nobody's age known, as what an adult is written is not judged.</p>"
    )
