#!/usr/bin/env python3
"""The report of `make soak` as Markdown: soak_table.py [REPORT] [--into DOCUMENT]

REPORT is build/soak.json unless named. With --into, what stands in DOCUMENT between the lines `<!-- measured -->` and
`<!-- /measured -->` is replaced; without, it is printed. Run it on the machine that the report is of: it
describes that, too. A step that was never run is said not to have been.
"""
import argparse
import json
import sys

from bench_table import machine, replace, table

FAULTS = ("ENOMEM", "EACCES", "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "EMFILE", "short read", "cut read",
          "nothing")
FORKS_WANTED = 5000


def count(number):
    return f"{number:,}"


def conditions(step):
    return (f"{step['groups_tested']} of {step['groups']} groups, {step['tested']} of {step['conditions']} "
            "conditions have their tests")


def fuzz(step):
    runs = step["targets"]
    found = [run["name"] for run in runs if run["finding"]]
    return (f"{count(sum(run['executions'] for run in runs))} executions of {len(runs)} targets, {step['seconds']} s "
            f"each: {'findings of ' + ', '.join(found) if found else 'nothing found'}")


def faults(step):
    return (f"{count(sum(step['faults'].values()))} calls of {len(functions(step))} functions made to fail, those that failed from then on among them: "
            f"{'nothing wrong' if step['ok'] else 'something was wrong'}")


def figures(step):
    return [(run, row) for run in step["runs"] for row in run["figures"]]


def storms(step):
    rows = [row for _, row in figures(step)]
    wrong = sum(row["wrong"] for row in rows)
    failures = sum(row["failures"] for row in rows)
    answers = sum(row["answers"] + row.get("processes", 0) for row in rows)
    return (f"{sum(row['seconds'] for row in rows) / 60:.0f} minutes of storms, {count(answers)} answers: "
            f"**{wrong} wrong**, {failures} calls failed without a reason")


def scale(step):
    return f"{len(step['figures'])} measurements: {'no growth beyond the bounds' if step['ok'] else 'a bound broken'}"


SUMMARIES = (("conditions of real machines", "conditions", conditions), ("fuzzing", "fuzz", fuzz),
             ("faults", "faults", faults), ("races", "storms", storms), ("load", "scale", scale))


def summary(report):
    rows = []
    for title, name, tell in SUMMARIES:
        step = report.get(name)
        rows.append([title, tell(step), step["date"], f"`{step['command']}`"] if step
                    else [title, "not run", "", f"`make soak SOAK={name}`"])
    return left(["what", "result", "on", "command"], rows)


def left(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def fuzz_table(step):
    rows = [[run["name"], count(run["executions"]), count(run["edges"]), str(int(bool(run["finding"])))]
            for run in step["targets"]]
    return table(["target", "executions", "edges", "findings"], rows)


def functions(step):
    """{function: {fault: times}}; variants of one for large files are one."""
    found = {}
    for name, times in step["faults"].items():
        function, _, fault = name.partition(" ")
        function = function.removesuffix("64") if function != "getdents64" and function != "prlimit64" else function
        row = found.setdefault(function, {})
        row[fault] = row.get(fault, 0) + times
    return found


def faults_table(step):
    found = functions(step)
    rows = [[f"`{name}`", *(count(found[name][fault]) if fault in found[name] else "" for fault in FAULTS),
             count(sum(found[name].values()))] for name in sorted(found)]
    sums = [sum(row.get(fault, 0) for row in found.values()) for fault in FAULTS]
    return table(["call", *FAULTS, "all"], rows + [["all", *map(count, sums), count(sum(sums))]])


def weather_table(step):
    rows = []
    for run, row in figures(step):
        if run["name"] == "soak/weather":
            rate = row["forks"] / row["seconds"]
            rows.append([run["build"], row["test"].replace("_", " ").removeprefix("no answer is wrong "),
                         f"{row['seconds']:.0f}", count(round(rate)) + ("" if rate >= FORKS_WANTED else " (fewer than wanted)"),
                         count(round(row["threads"] / row["seconds"])),
                         count(round(row["made_sockets"] / row["seconds"])),
                         *(count(row[key]) for key in ("answers", "processes", "rows", "sockets", "families", "ends",
                                                       "changes", "failures", "wrong"))])
    return table(["build", "where", "seconds", "forks a second", "threads a second", "sockets a second",
                  "answers compared", "processes read", "rows checked", "sockets checked", "families", "ends",
                  "changes", "failures", "wrong"], rows)


def signals_table(step):
    rows = []
    for run, row in figures(step):
        if run["name"] == "os/storm":
            rows.append([run["build"], row["test"].replace("_", " "), str(row["seconds"]),
                         *(count(row[key]) for key in ("processes", "reused", "answers", "rows", "signals", "kills",
                                                       "failures", "wrong"))])
    return table(["build", "test", "seconds", "processes of 120 pids", "looks at a pid of somebody else",
                  "answers", "rows", "signals", "kills", "failures", "wrong"], rows)


def megabytes(kilobytes):
    return f"{kilobytes / 1024:.1f} MB"


def scale_table(step):
    groups = {}
    for row in step["figures"]:
        groups.setdefault((row["what"], row["call"]), []).append(row)
    rows = []
    for (what, call), sizes in groups.items():
        small, large = sizes[0], sizes[-1]
        growth = (large["ms"] / large["items"]) / (small["ms"] / small["items"])
        rows.append([f"{what}: `{call}`", *(count(row["items"]) for row in sizes),
                     *(f"{row['ms']:.3g}" for row in sizes), f"{growth:.2f}",
                     *(megabytes(row["kb"]) for row in sizes), str(max(row["descriptors"] for row in sizes))])
    return table(["what there is much of", "a tenth", "a third", "the whole", "ms", "ms", "ms", "for each, × the tenth's",
                  "memory", "memory", "memory", "descriptors at most"], rows)


def limits(step):
    return "\n".join(f"* {note}" for note in step["notes"]) or "* nothing: every crowd had its full number"


def described():
    """The machine, without what is of the moment: each step has its own."""
    return machine.sentence(machine.describe()).partition("; as ")[0] + "."


def markdown(report):
    parts = [described(), summary(report)]
    if "storms" in report:
        parts += ["### Storms of processes, threads and sockets", weather_table(report["storms"]),
                  "### Pids that come round", signals_table(report["storms"])]
    if "scale" in report:
        parts += ["### Crowds", scale_table(report["scale"]), "What this machine did not allow:", limits(report["scale"])]
    if "faults" in report:
        parts += ["### Faults", faults_table(report["faults"])]
    if "fuzz" in report:
        parts += ["### Fuzzing", fuzz_table(report["fuzz"])]
    return "\n\n".join(parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", nargs="?", default="build/soak.json")
    parser.add_argument("--into", metavar="DOCUMENT")
    options = parser.parse_args()
    with open(options.report, encoding="utf-8") as file:
        text = markdown(json.load(file))
    if options.into:
        replace(options.into, text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    sys.exit(main())
