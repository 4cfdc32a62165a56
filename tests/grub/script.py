"""Random GRUB script: words, tests, commands, loops, functions. Loops are bounded and functions call earlier ones only,
so that every script ends."""
import random

VARIABLES = list("abcdxy") + ["long_name", "_1"]
PATHS = ["/boot/vmlinuz-1", "/boot/vmlinuz-10", "/boot", "/boot/none", "/boot/empty", "/boot/link", "/boot/e",
         "/boot/k/a", "($root)/boot/old", "boot"]
PATTERNS = ["/boot/vmlinuz-*", "/boot/vmlinuz-?", "/boot/k/*", "/boot/none*", "/boot/*/a", "($root)/boot/ini*-?", "*x",
            "/boot/k/b*", "/b*/vmlinuz-1*", "/boot/k/?"]
REGEXPS = ["'^([a-z]*)(.*)$'", "'(.)([0-9]+)'", "'a|b'", "'^$'", "'[[:space:]]+([^ ]*)'", "'x{2,}'", "'-(.*)'", "b",
           "'\\.'", "'^/boot/(v.*)'", "'(a)?b'", "'^..$'"]
VALUES = ["1", "0", "y", "abc", "a b", "", " lead", "trail ", "x  y", "a\tb", "-n", "it's", 'q"q', "back\\slash", "$a",
          "#h", "a#b", "10", "010", "a=b", "/boot/k/*", "k>l", "{}", ";", "\xe9\xff", "\xc3\xa4", "vmlinuz-6.1", "true",
          "!", "]", "a\\*b", "%s", "xx"]
SPECIAL = ["\\$a", "\\\\", '\\"', "\\a", "\\\n", " ", "  ", "\t", "'", ";", "{", "}", "#", "k*", "\\`", "\n", "\n x"]
ESCAPED = [" ", "\t", "$", '"', "'", "\\", ";", "a", "#", "{", "}", "|", "n", "z*"]
# Commands for their status.
STATUS = ["true", "false", "initrd", "test x", "test ''", "source /boot/none", "linux /boot/none", "linux",
          "[ a = a ]", "[ a = b ]", "! true", "! false", "save_env", "regexp a", "set novalue",
          "load_env -f /boot/empty", "return", "break", "continue", "shift", "insmod gzio", "echo",
          "search --fs-uuid --set=x 3f3f3f3f-1111-2222-3333-444444444444"]
ERRORS = ["|", ";;", "; ;", "}", "fi", "done", "$ x", '"a$ b"', "a&b", "<", "then", "elif", "( { )", "else", "a{b",
          "&&"]
NUMBERS = ["eq", "ne", "lt", "gt", "le", "ge", "plt", "pgt"]


class Script:
    """A source of random text. `depth` is how deep compound commands may nest, `loops` how deep loops."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.functions, self.counters = [], 0
        self.errors = self.chance(0.2)  # whether there may be syntax errors

    def chance(self, probability):
        return self.rng.random() < probability

    def one_of(self, sequence):
        return self.rng.choice(sequence)

    def pick(self, *choices):
        """One of (weight, function or text)."""
        choice = self.rng.choices([choice for _, choice in choices], [weight for weight, _ in choices])[0]
        return choice() if callable(choice) else choice

    def many(self, least, most, function, between="\n"):
        return between.join(function() for _ in range(self.rng.randint(least, most)))

    # Words.

    def variable(self):
        return self.one_of(VARIABLES)

    def plain(self):
        return "".join(self.one_of("abz019_-./:=,@%+!~^[]()k#") for _ in range(self.rng.randint(1, 4)))

    def reference(self):
        name = self.pick((8, self.variable), (1, "1"), (1, "2"), (1, "#"), (1, "*"), (1, "@"), (1, "?"), (0.5, "root"),
                         (0.3, "default"), (0.3, "none"))
        return self.one_of(["$" + name, "${" + name + "}"])

    def single_quoted(self):
        value = self.pick((3, lambda: self.one_of(VALUES)), (1, lambda: self.one_of('${;}|&<>#"\\ ') * 2))
        return "'" + value.replace("'", "") + "'"

    def harmless_value(self):
        """A value without what is special between double quotes."""
        return "".join(c for c in self.one_of(VALUES) if c not in '\\"$')

    def double_quoted(self):
        return '"' + self.many(0, 3, lambda: self.pick((3, self.reference), (3, self.plain), (1, self.harmless_value), (
            1, lambda: self.one_of(SPECIAL))), "") + '"'

    def piece(self):
        return self.pick(
            (5, self.plain), (5, self.reference), (3, self.single_quoted), (5, self.double_quoted), (0.3, "''"),
            (0.3, '""'), (1, lambda: "\\" + self.one_of(ESCAPED)), (0.1, "\\\n"),
            (0.3, lambda: f'$"{self.plain()} ${self.variable()}"'))

    def word(self):
        word = "".join(self.piece() for _ in range(self.rng.choice([1, 1, 1, 2, 2, 3])))
        return "z" + word if word[:1] in "#({[!" else word

    def words(self, most=4):
        return self.many(0, most, lambda: self.pick((6, self.word), (1, lambda: self.one_of(PATTERNS))), " ")

    # Commands.

    def assignment(self):
        name = self.variable()
        value = self.pick((4, self.word), (1, ""), (2, self.single_quoted))
        text = self.pick((3, f"{name}={value}"), (3, f"set {name}={value}"), (1, f'set {name}="${name}{self.plain()}"'))
        return text + (" " + self.word() if self.chance(0.1) else "")

    def primary(self):
        """One comparison or question of test."""
        value = self.pick((4, lambda: f'"${self.variable()}"'), (2, self.word), (1, lambda: f"x${self.variable()}"))
        other = self.pick((3, self.word), (1, self.single_quoted))
        return self.pick(
            (6, lambda: f"{value} {self.one_of(['=', '=', '==', '!='])} {other}"), (1, value), (0.3, ""),
            (2, lambda: f"{value} '{self.one_of(['<', '<=', '>', '>='])}' {other}"),
            (2, lambda: f"-{self.one_of('nz')} {value}"), (2, lambda: f"-{self.one_of('dfes')} {self.one_of(PATHS)}"),
            (1, lambda: f"{value} -{self.one_of(NUMBERS)} {self.one_of(['0', '1', '-1', '5', '10', 'x'])}"),
            (0.5, lambda: f"{self.one_of(PATHS)} -{self.one_of(['nt', 'ot'])} {self.one_of(PATHS)}"))

    def expression(self, depth=2):
        if depth == 0 or self.chance(0.7):
            return self.primary()
        return self.pick(
            (2, lambda: f"{self.expression(depth - 1)} {self.one_of(['-a', '-o'])} {self.expression(depth - 1)}"),
            (1, lambda: f"! {self.expression(depth - 1)}"), (1, lambda: f"( {self.expression(depth - 1)} )"))

    def test(self):
        return self.pick((4, lambda: f"[ {self.expression()} ]"), (1, lambda: f"test {self.expression()}"))

    def regexp(self):
        group = self.one_of(["", "1:", "2:", "0:"]) + self.variable()
        how = self.one_of([f"--set {group}", f"--set={group}", f"-s {group}", ""])
        return f"regexp {how} {self.one_of(REGEXPS)} {self.word()}"

    def evaluation(self):
        inner = self.pick((1, self.assignment), (1, self.test), (1, lambda: "echo " + self.word()), (1, self.call))
        escaped = "".join("\\" + c if c in '\\"$' else c for c in inner)
        return "eval " + self.one_of([inner, "'" + inner.replace("'", "") + "'", f'"{escaped}"'])

    def call(self):
        return f"{self.one_of(self.functions)} {self.words(3)}" if self.functions else self.one_of(STATUS)

    def environment(self):
        name = self.variable()
        return self.one_of([f"save_env {name}", f"save_env {name} {self.variable()}", "load_env", f"load_env {name}",
                            "list_env"])

    def simple(self):
        return self.pick(
            (8, self.assignment), (1, lambda: f"export {self.variable()}"), (1, lambda: f"unset {self.variable()}"),
            (1.5, self.regexp), (1.5, self.evaluation), (2, self.call), (1, self.environment), (1, self.test),
            (2, lambda: self.one_of(STATUS)), (1, lambda: f"{self.variable()}=$?"), (0.5, lambda: self.words(2)),
            (0.3, lambda: f"setparams {self.words(3)}"),
            (0.3, lambda: "return " + self.one_of(["0", "1", "3", "x", ""])),
            (0.2, lambda: "break " + self.one_of(["", "1", "2"])),
            (0.7, lambda: f'r="$r{self.plain().replace("=", "")}${self.variable()}"'))

    def command(self, depth, loops):
        command = self.pick((5, self.simple), (2, lambda: self.compound(depth - 1, loops))) if depth else self.simple()
        if self.errors and self.chance(0.03):
            command += " " + self.one_of(ERRORS)
        return command if command.strip() else "true"

    def commands(self, depth, loops, most=4):
        """At least one command, without a separator at the end."""
        text = self.command(depth, loops)
        for _ in range(self.rng.randrange(most)):
            text += self.pick((4, "\n"), (1, "; "), (0.3, "\n\n"), (0.3, " # it's a comment; }\n"), (0.3, " ;\n"),
                              (0.2, "\n# column 0 '\n")) + self.command(depth, loops)
        return text

    def end(self):
        """What stands before a keyword."""
        return self.one_of(["; ", "\n"])

    def compound(self, depth, loops):
        return self.pick((3, lambda: self.branch(depth, loops)), (2, lambda: self.loop(depth, loops)))

    def condition(self, loops):
        return self.pick((5, self.test), (1, self.regexp), (1, lambda: self.one_of(STATUS)),
                         (0.5, lambda: "! " + self.test()), (0.3, lambda: self.commands(0, loops, 2)))

    def branch(self, depth, loops):
        text = f"if {self.condition(loops)}{self.end()}then {self.commands(depth, loops)}"
        while self.chance(0.25):
            text += f"{self.end()}elif {self.condition(loops)}; then\n{self.commands(depth, loops, 2)}"
        if self.chance(0.5):
            text += f"{self.end()}else {self.commands(depth, loops, 2)}"
        return text + self.end() + "fi"

    def loop(self, depth, loops):
        if loops == 0:
            return self.simple()
        body = self.commands(depth, loops - 1, 3)
        if self.chance(0.3):
            leave = self.one_of(["break", "continue", "break 2", "continue 2"])
            body += f"\nif {self.test()}; then {leave}; fi\nr=${{r}}n"
        if self.chance(0.7):
            return f"for {self.variable()} in {self.words(3)}{self.end()}do {body}{self.end()}done"
        self.counters += 1
        counter = f"n{self.counters}"
        head = self.one_of([f'while [ "${counter}" != ii ]', f'until [ "${counter}" = ii ]'])
        return f'{counter}=\n{head}; do {counter}="i${counter}"\n{body}\ndone'

    def function(self):
        name = f"f{len(self.functions)}"
        text = f"function {name} {{\n{self.commands(1, 1, 4)}\n}}"
        self.functions.append(name)
        return text
