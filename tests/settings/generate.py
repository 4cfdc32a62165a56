#!/usr/bin/env python3
"""Settings files for the differential test: `generate.py DIRECTORY` writes them, the same ones every time."""
import random
import sys
from pathlib import Path

NAMES = ["LOAD_KEXEC", "KERNEL_IMAGE", "INITRD", "APPEND", "PANIC_TIMEOUT", "USE_GRUB_CONFIG"]
GENERATED = 400

# Each is a quirk of the shell's grammar or of the ini parser; no NUL, no CR LF, no byte order mark: those are refused.
BY_HAND = [
    b"", b"\n\n", b"# only a comment", b"APPEND=", b"APPEND=''", b'APPEND=""', b"APPEND=1 # comment\n",
    b"APPEND=a#b\nINITRD=#x\n", b"APPEND='a # b'#c\n", b"APPEND='a ; b'\n", b"APPEND=a\\ ;\n", b'APPEND="a ;b" \n',
    b"APPEND=a\\\nb\n", b"APPEND=a\\", b"APPEND=a\\\n", b"APPEND=a\\\\\nINITRD=b\n", b"APPEND=a\\ \nINITRD=1",
    b"APPEND=1 \\\n# don't\nINITRD=/i\n", b"\\\n# don't\nAPPEND=1\n", b"APPEND=1\\\n#2\n", b"# c \\\nAPPEND=1\n",
    b"APP\\\nEND=joined\n", b"  \t APPEND=indented \t \n", b"APPEND='two\nlines'\nINITRD=x\n", b'APPEND="two\nlines"\n',
    b'APPEND="joined\\\nline"\n', b"APPEND='kept\\\nline'\n", b'APPEND="\\$ \\` \\" \\\\ \\a \\\' \\ "\n',
    b"APPEND=\\$\\`\\\"\\'\\\\\\a\\#\n", b"APPEND=''\"\"''\n", b"APPEND=a'b'\"c\"\\d'e'\n",
    b"APPEND='$HOME `x` $(y) \\'\n",
    b"APPEND=*\nINITRD=[ab]?\nKERNEL_IMAGE={a,b}!^%+,@:-\n", b"APPEND=a=b=c\nINITRD==\n", b"APPEND=a\rb\n",
    b"APPEND=x\r",
    b"APPEND=\x0b\x0c\x01\x7f\n", b"APPEND='\xff\xfe\x80\x81\x82\x83\x84\x85\x86\x87\x88'\n",
    b"APPEND=\x81\x88\xc3\xa4\n",
    b'APPEND="\x81\x82\x88"\n', b"APPEND=%41%%0\n", b"[section]\nAPPEND=1\n", b"APPEND: colon\n", b"APPEND = 1\n",
    b"APPEND =1\n", b"APPEND= 1\n", b"1APPEND=1\n", b"=1\n", b"APPEND+=1\n", b"A-B=1\nAPPEND=2\n", b"export APPEND=1\n",
    b"APPEND=1 INITRD=2\n", b"APPEND=1;INITRD=2\n", b"APPEND=1 true\nINITRD=2\n", b"APPEND=1 &\n", b"'APPEND=1'\n",
    b"APPEND=~\n", b"APPEND=~/x\nINITRD=a:~\n", b"APPEND=''~\n", b"APPEND=':'~\nINITRD=x\\:~\n", b"APPEND=a=~\n",
    b"INITRD=1\nAPPEND=$INITRD\n", b"INITRD=1\nAPPEND=\"${INITRD}2\"\n", b"APPEND=$(echo a b)\n", b"APPEND=`echo a`\n",
    b"APPEND=\"$(echo \"it's\")\"\nINITRD=1\n", b"APPEND=\"`echo \"it's\"`\"\n", b'APPEND="${NONE:-"it\'s"}"\n',
    b"APPEND=$((1+2))\n", b"if true; then APPEND=1; fi\n", b"f() { APPEND=1; }\nf\n", b"APPEND=1\nunset APPEND\n",
    b"APPEND=1\nreturn 0\nAPPEND=2\n", b"cat >/dev/null <<X\nAPPEND='\nX\nAPPEND=1\n", b"APPEND=1\nnosuchcommand\n",
    b"[ -e /etc ] && APPEND=1\n", b"case x in x) APPEND=1;; esac\n", b"set -- a b\nAPPEND=$2\n", b"APPEND=$\n",
    b"APPEND='a'$\n",
    b"APPEND=1\nAPPEND=2\n", b"OTHER=1\n", b"; APPEND=1\n", b"{ APPEND=1; }\n", b"\xc3\xa4=1\nAPPEND=2\n",
] + [b"APPEND='" + b"x" * n + b"'\nINITRD=/i\n"
     for n in (118, 119, 120, 121, 122, 123, 130, 199, 200, 201, 4000)] \
  + [b"APPEND=\"" + (b" ;#=%:a['" * n)[:n] + b"\"\nINITRD=/i\n"
     for n in (39, 40, 41, 119, 130, 199, 200, 201, 4000, 100000)] \
  + [b"N" * n + b"=" + b"v" * n + b"\nAPPEND=1\n" for n in (49, 50, 51, 75, 76, 119, 120, 121, 200, 300)]

SPECIAL = [b" ", b"\t", b";", b"#", b"=", b"%", b":", b"[", b"]", b"*", b"?", b"~", b"!", b"{", b",", b"}", b"-",
           b"\xff", b"\x81",
           b"\xc3\xa9", b"\x01", b"\r", b"\n", b"&", b"|", b"<", b">", b"(", b")", b"'", b'"', b"\\", b"$", b"`"]


def text(rng, without):
    pool = [c for c in SPECIAL if c not in without] + [b"a", b"b", b"1", b"/", b".", b"root=", b"quiet "]
    return b"".join(rng.choice(pool) for _ in range(rng.choice([0, 1, 2, 5, 20, 60])))


def piece(rng):
    """One piece of a word that needs no shell."""
    kind = rng.randrange(4)
    if kind == 0:
        return b"'" + text(rng, b"'").replace(b"'", b"") + b"'"
    if kind == 1:
        raw = text(rng, [b'"', b"\\", b"$", b"`"])
        escapes = b"".join(rng.choice([b"\\$", b"\\`", b'\\"', b"\\\\", b"\\a", b"\\'", b"\\\n",
                                       b"\\#"]) for _ in range(rng.randrange(3)))
        return b'"' + raw + escapes + b'"'
    if kind == 2:
        return b"".join(b"\\" + rng.choice([b" ", b"#", b"'", b'"', b"$", b"`", b"\\", b";", b"&", b"a", b"\n", b"~",
                                            b"("])
                        for _ in range(rng.randrange(1, 4)))
    return b"".join(rng.choice([b"a", b"B", b"/", b"=", b"#", b"%", b"[", b"]", b"*", b"?", b"!", b"{", b"}", b",",
                                b":", b"\xff",
                                b"\x83", b"_", b"-", b".", b"+"]) for _ in range(rng.randrange(1, 9)))


# What makes a file one for the shell. Nothing that runs for long, writes, or reads what differs from run to run.
SHELL = [b"APPEND=$INITRD", b'APPEND="$APPEND more"', b"INITRD=$(echo x; echo y)", b"APPEND=`echo z`",
         b"LOAD_KEXEC=true; INITRD=1",
         b"export KERNEL_IMAGE=/k", b"if [ x = x ]; then APPEND=if; fi", b"true",
         b"for i in 1 2; do APPEND=\"$APPEND$i\"; done",
         b"[ -z \"$APPEND\" ] && APPEND=empty", b"APPEND=~", b"INITRD=${KERNEL_IMAGE:-none}",
         b": ${APPEND:=default}", b"unset INITRD"]


def line(rng):
    if rng.random() < 0.2:
        return rng.choice([b"", b"  ", b"# a comment with ' and \" and $(x)", b"\t# indented", b"#"])
    word = b"".join(piece(rng) for _ in range(rng.randrange(4)))
    before = rng.choice([b"", b"", b" ", b"\t ", b"\\\n"])
    after = rng.choice([b"", b"", b" ", b" \t", b" # it's over", b" \\\n", b" \\\n# it's over", b" #"])
    return before + rng.choice(NAMES + ["OTHER", "_x9"]).encode() + b"=" + word + after


def generated(rng):
    lines = [line(rng) for _ in range(rng.randrange(1, 8))]
    if rng.random() < 0.35:
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(SHELL))
    return b"\n".join(lines) + rng.choice([b"\n", b"\n", b"", b"\n\n"])


def main(directory):
    rng = random.Random(20240601)
    files = BY_HAND + [generated(rng).replace(b"\r\n", b"\n") for _ in range(GENERATED)]
    for number, content in enumerate(files):
        Path(directory, f"{number:04}").write_bytes(content)


main(sys.argv[1])
