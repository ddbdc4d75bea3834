"""The two sides of the comparison: a server for each psutil, and how their answers are compared."""
import json
import math
import os
import subprocess
import time

import known

HERE = os.path.dirname(os.path.abspath(__file__))


class Side:
    """One psutil, asked by way of answers.py in an interpreter of its own."""

    def __init__(self, python):
        self.python = python
        self.server = subprocess.Popen(
            [python, os.path.join(HERE, "answers.py")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, cwd="/")
        self.pid = self.server.pid

    def ask(self, source, **names):
        try:
            self.server.stdin.write(json.dumps({"source": source, "names": names}) + "\n")
            self.server.stdin.flush()
            line = self.server.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise AssertionError(f"{self.python} died with {self.server.wait()} at: {source}")
        return json.loads(line)

    def close(self):
        self.server.stdin.close()
        self.server.wait(10)
        self.server.stdout.close()


def number(tree):
    return tree["type"] in ("int", "float") and not isinstance(tree.get("value"), str)


def member(tree):
    """An enumeration's member without its class, which 8.0 has renamed."""
    return tree["enum"].partition(".")[2]


class Comparison:
    """Compares our answer with the reference's before and after.

    A number is right between the two, give or take `slack`, which is a number or one per field
    ({"idle": 0.5, "": 0.1}); `loose` names fields of which only the type is compared."""

    def __init__(self, slack=0, loose=()):
        self.slack = slack
        self.loose = loose

    def allowance(self, path):
        if not isinstance(self.slack, dict):
            return self.slack
        for name in reversed(path):
            if name in self.slack:
                return self.slack[name]
        return self.slack.get("", 0)

    def differences(self, before, ours, after, path=()):
        where = ".".join(map(str, path)) or "the answer"
        if before["type"] != ours["type"] and after["type"] != ours["type"]:
            return [f"{where}: {ours['type']} instead of {before['type']}: "
                    f"{show(ours)} instead of {show(before)}"]
        if path and (path[-1] in self.loose or "*" in self.loose and number(ours)):
            return []
        if number(ours) and number(before) and number(after):
            return self.number_differences(before, ours, after, path, where)
        if "items" in ours:
            return self.container_differences(before, ours, after, path, where)
        if ours in (before, after) or without_enum(ours) in (before, after):
            return []
        return [f"{where}: {show(ours)} instead of {show(before)}"]

    def number_differences(self, before, ours, after, path, where):
        slack = self.allowance(path)
        low = min(before["value"], after["value"]) - slack
        high = max(before["value"], after["value"]) + slack
        if "enum" in before and "enum" in ours and member(before) != member(ours):
            return [f"{where}: {ours['enum']} instead of {before['enum']}"]
        if "enum" in before and "enum" not in ours:
            return [f"{where}: a plain {ours['value']} instead of {before['enum']}"]
        if low <= ours["value"] <= high or math.isclose(ours["value"], low) or \
                math.isclose(ours["value"], high):
            return []
        return [f"{where}: {ours['value']} instead of {before['value']} to {after['value']}"]

    def container_differences(self, before, ours, after, path, where):
        for name in ("fields", "keys"):
            mine = [without_enum(k) for k in ours.get(name, [])]
            if mine not in ([without_enum(k) for k in side.get(name, [])]
                            for side in (before, after)):
                return [f"{where}: the {name} are {show_list(ours.get(name))} "
                        f"instead of {show_list(before.get(name))}"]
        if len(ours["items"]) not in (len(before["items"]), len(after["items"])):
            return [f"{where}: {len(ours['items'])} items instead of {len(before['items'])}: "
                    f"{show(ours)} instead of {show(before)}"]
        if not len(before["items"]) == len(ours["items"]) == len(after["items"]):
            return [f"{where}: changed in between"]
        names = ours.get("fields") or [k.get("value") for k in ours.get("keys", [])] or \
            range(len(ours["items"]))
        found = []
        for name, *triple in zip(names, before["items"], ours["items"], after["items"]):
            found += self.differences(*triple, path=(*path, name))
        return found


def without_enum(tree):
    """A string enum's member is the string that it was in 7.2.2."""
    if isinstance(tree, dict) and "enum" in tree and tree["type"] == "str":
        return {"type": "str", "value": tree["value"]}
    return tree


def show(tree, limit=600):
    text = plain(tree)
    return text if len(text) <= limit else text[:limit] + "…"


def show_list(trees):
    return "[" + ", ".join(t if isinstance(t, str) else show(t) for t in trees or []) + "]"


def plain(tree):
    if "value" in tree:
        return tree.get("enum") or repr(tree["value"])
    if "keys" in tree:
        pairs = zip(tree["keys"], tree["items"])
        return "{" + ", ".join(f"{plain(k)}: {plain(v)}" for k, v in pairs) + "}"
    if "fields" in tree:
        pairs = zip(tree["fields"], tree["items"])
        return tree["type"] + "(" + ", ".join(f"{k}={plain(v)}" for k, v in pairs) + ")"
    if "items" in tree:
        return tree["type"] + "[" + ", ".join(map(plain, tree["items"])) + "]"
    return json.dumps(tree)


def error_differences(before, ours):
    """Errors have the same class, place in the hierarchy, text, arguments and attributes."""
    found = []
    for key in ("type", "repr", "attributes", "bases"):
        if before[key] != ours[key]:
            found.append(f"{key} of the error: {ours[key]} instead of {before[key]}")
    # The system call's name is added to the text of an OSError, by contract; other texts are the same.
    if "OSError" in before["bases"]:
        start = before["attributes"].get("errno", {}).get("value")
        if not ours["str"].startswith(f"[Errno {start}] "):
            found.append(f"text of the error: {ours['str']!r} instead of {before['str']!r}")
    elif before["str"] != ours["str"] or before["args"] != ours["args"]:
        found.append(f"text of the error: {ours['str']!r} instead of {before['str']!r}")
    return found


def answers_differ(before, ours, after, comparison):
    if "error" in before and "error" in after and "error" in ours:
        return error_differences(before["error"], ours["error"])
    if "error" in ours:
        if "error" in before or "error" in after:
            return ["changed in between"]
        return [f"raised {ours['error']['type']}: {ours['error']['str']} "
                f"instead of answering {show(before['value'])}"]
    if "error" in before:
        return [f"answered {show(ours['value'])} instead of raising "
                f"{before['error']['type']}: {before['error']['str']}"]
    if "error" in after:
        return ["changed in between"]
    return comparison.differences(before["value"], ours["value"], after["value"])


class Pair:
    """The reference and ours, asked the same."""

    def __init__(self, reference, ours):
        self.reference = Side(reference)
        self.ours = Side(ours)

    def same(self, source, slack=0, loose=(), tries=8, state="", **names):
        """Asserts that both give the same answer; a few tries, as the system moves on meanwhile."""
        comparison = Comparison(slack, loose)
        for attempt in range(tries):
            before = self.reference.ask(source, **names)
            ours = self.ours.ask(source, **names)
            after = self.reference.ask(source, **names)
            found = answers_differ(before, ours, after, comparison)
            right = known.corrected(before), ours, known.corrected(after)
            if not found or not answers_differ(*right, comparison) or \
                    known.reason(state, source, before, ours):
                return
            time.sleep(0.01 * attempt)
        raise AssertionError(f"{source}\n" + "\n".join(found))

    def run(self, source, **names):
        """Lets both do something without comparing."""
        return self.reference.ask(source, **names), self.ours.ask(source, **names)

    def close(self):
        self.reference.close()
        self.ours.close()
