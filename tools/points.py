"""A line for each thing that was tried, as TAP has them, and the sum: what scripts that are no unittest print."""
import json


class Skip(Exception):
    """Why something could not be tried here."""


class Points:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, 0

    def line(self, word, name, reason=""):
        number = self.passed + self.failed + self.skipped
        print(f"{word} {number} - {name}{reason}", flush=True)

    def explain(self, text):
        for line in text.rstrip().splitlines():
            print("# " + line, flush=True)

    def skip(self, name, reason):
        self.skipped += 1
        self.line("ok", name, " # SKIP " + " ".join(reason.split()))

    def fail(self, name, text):
        self.failed += 1
        self.explain(text)
        self.line("not ok", name)

    def attempt(self, name, function, *arguments):
        """Calls the function; any exception of it is a failure, Skip a skip."""
        try:
            function(*arguments)
        except Skip as reason:
            self.skip(name, str(reason))
        except Exception as error:  # whatever it is, the others are still tried
            self.fail(name, str(error) or repr(error))
        else:
            self.passed += 1
            self.line("ok", name)

    def finish(self, numbers=None):
        """Prints the sum, also writes it to the file `numbers`; answers the exit status."""
        counts = {"passed": self.passed, "failed": self.failed, "skipped": self.skipped}
        print(f"1..{sum(counts.values())}")
        if numbers:
            with open(numbers, "w", encoding="utf-8") as file:
                json.dump(counts, file)
        print(", ".join(f"{count} {word}" for word, count in counts.items()))
        return 1 if self.failed or not sum(counts.values()) else 0
