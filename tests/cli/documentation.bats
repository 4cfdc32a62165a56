#!/usr/bin/env bats
# What --help prints is in the man page and in the shell's completion.

load machine
setup() {
    make_machine
    helper --help
    usage=$output
    man_page=$BATS_TEST_DIRNAME/../../helper/kexec-helper.8
    completion=$BATS_TEST_DIRNAME/../../helper/kexec-helper.bash-completion
}

# The first words between "Commands:" and "Options:" that are indented by two blanks.
commands() {
    sed -n '/^Commands:/,/^Options:/s/^  \([a-z][a-z-]*\).*/\1/p' <<<"$usage"
}

# "-h [ --help ]", "--root DIR": every option at the beginning of its line, short ones too.
options() {
    sed -n '/^Options:/,/^Exit status/p' <<<"$usage" | grep -oE '^  (-[a-z] \[ )?--[a-z-]+' | grep -oE '(-[a-z]|--[a-z-]+)( |$)' | tr -d ' '
}

# What the completion offers for the words given, the last of them incomplete.
complete_words() {
    bash -c '
        _init_completion() { cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD; }
        _filedir() { :; }
        . "$1"
        shift
        COMP_WORDS=(kexec-helper "$@") COMP_CWORD=$#
        _kexec_helper
        printf "%s\n" "${COMPREPLY[@]}"' bash "$completion" "$@"
}

# The commands whose --help line mentions the option, or "" for an option of all.
commands_with() {
    sed -n "s/^  $1\( [A-Z]*\)\{0,1\}  *\([a-z-]*\): .*/\2/p" <<<"$usage"
}

expect_line() {
    grep -qxF -- "$2" <<<"$1" || { echo "no $2 in: $1" >&2; return 1; }
}

@test "--help: what is read from it below is what it has" {
    expect_line "$(commands)" plan
    expect_line "$(commands)" reset-failed
    [ "$(commands | wc -l)" -ge 11 ]
    expect_line "$(options)" --root
    expect_line "$(options)" --help
    [ "$(options | wc -l)" -ge 11 ]
    [ "$(commands_with --unmount)" = exec ]
    [ "$(commands_with --json)" = "" ]
}

@test "the man page: every command in its synopsis and its list, every option in its list" {
    local synopsis list name pattern
    synopsis=$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh /p' "$man_page")
    list=$(sed -n '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/p' "$man_page")
    for name in $(commands); do
        expect_line "$synopsis" ".Cm $name"
        grep -qE "^\.It Cm $name( |$)" <<<"$list" || { echo "command $name: not described" >&2; return 1; }
    done
    list=$(sed -n '/^\.Sh OPTIONS/,/^\.Sh HOW/p' "$man_page")
    for name in $(options); do
        case "$name" in
        --*) pattern="Fl Fl ${name#--}" ;;
        *) pattern="Fl ${name#-}" ;;
        esac
        grep -qE "^\.It (.* )?$pattern( |$)" <<<"$list" || { echo "option $name: not described" >&2; return 1; }
    done
}

@test "the completion: every command, and no other" {
    diff <(commands | sort) <(complete_words '' | sort)
}

@test "the completion: every long option, after the command that takes it" {
    local name command
    for name in $(options | grep '^--'); do
        command=$(commands_with "$name")
        # shellcheck disable=SC2086 # no word when no command
        expect_line "$(complete_words $command --)" "$name"
    done
}

@test "the settings: each that the package installs is read, by a shell too, and described" {
    local top=$BATS_TEST_DIRNAME/../.. name names
    names=$(sed -n 's/^\([A-Z_]*\)=.*/\1/p' "$top/etc-default/kexec")
    [ "$(wc -l <<<"$names")" -ge 8 ]
    for name in $names; do
        grep -qE "\"$name\"[,}]" "$top/helper/settings/read_settings.cc" || { echo "$name: no shell is asked" >&2; return 1; }
        grep -q "^\.It Li $name\$" "$man_page" || { echo "$name: not in the man page" >&2; return 1; }
        grep -q "^| $name |" "$top/README.md" || { echo "$name: not in README.md" >&2; return 1; }
    done
}
