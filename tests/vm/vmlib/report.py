"""What people read while scenarios run: a line for each as it ends, and the last line."""

from collections import Counter

TAIL = 40


def line(result):
    words = f"{result.outcome} {result.scenario.name:36} {result.variant.name:18} {result.seconds:4.0f} s"
    detail = f"  {result.detail}" if result.detail else ""
    print(f"{words}{detail}", flush=True)
    if result.outcome == "FAIL" and result.log:
        print(f"     last lines of {result.log}:")
        for text in result.log.read_text().splitlines()[-TAIL:]:
            print(f"     | {text}")
        print(flush=True)


def summary(results):
    """Prints the last line; true when all is well."""
    counts = Counter(result.outcome for result in results)
    if counts["SKIP"]:
        print(f"{counts['SKIP']} skipped")
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed", flush=True)
    return counts["FAIL"] == 0 and counts["PASS"] > 0
