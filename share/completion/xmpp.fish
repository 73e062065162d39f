# Completion of xmpp @VERSION@ for fish. Run once:
#   xmpp completion fish > ~/.config/fish/completions/xmpp.fish

# Each list has pairs: a word and its description.
function __xmpp_next_words
    switch "$argv[1]"
@NEXT_WORDS@
    end
end

# The kinds of the arguments; fails if the name is not that of a command.
function __xmpp_args
    switch "$argv[1]"
@ARGS@
        case '*'
            return 1
    end
end

# A flag with a value has the kind of its values, or the values: --name=text, --show=away|dnd.
function __xmpp_flags
    switch "$argv[1]"
@COMMANDS@
    end
    printf '%s\n' @SHARED_FLAGS@
end

# $argv[1]: the kind of the values, or the values; $argv[2]: the part of the word before the value: --show=.
function __xmpp_values
    set -l state $HOME/.local/state
    set -q XDG_STATE_HOME; and test -n "$XDG_STATE_HOME"; and set state $XDG_STATE_HOME
    set -l config $HOME/.config
    set -q XDG_CONFIG_HOME; and test -n "$XDG_CONFIG_HOME"; and set config $XDG_CONFIG_HOME
    set config $config/xmpp/config.toml
    set -q XMPP_CONFIG; and test -n "$XMPP_CONFIG"; and set config $XMPP_CONFIG
    set -l files
    set -l values
    switch $argv[1]
        case text
        case file
            set values (__fish_complete_path (string replace -- "$argv[2]" '' (commandline -ct)))
        case folder
            set values (__fish_complete_directories (string replace -- "$argv[2]" '' (commandline -ct)))
        case contact
            set files $state/xmpp/completion/contacts/*.txt
        case room
            set files $state/xmpp/completion/rooms/*.txt
        case account
            if test -r $config
                set values (string match -rg '^\s*\[accounts\.["\']?([^"\'\]]+)["\']?\]' <$config)
            end
        case '*'
            set values (string split '|' $argv[1])
    end
    for file in $files
        while read -l line
            set -a values $line
        end <$file
    end
    for value in $values
        printf '%s\n' "$argv[2]$value"
    end
end

# $argv: pairs, of which each becomes a line.
function __xmpp_describe
    while set -q argv[2]
        printf '%s\t%s\n' $argv[1] $argv[2]
        set -e argv[1..2]
    end
end

function __xmpp_complete
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    set -e words[1]
    set -l name ''
    while set -q words[1]; and contains -- $words[1] (__xmpp_next_words "$name")
        set name (string trim "$name $words[1]")
        set -e words[1]
    end
    set -l args (__xmpp_args "$name")
    if test $status -ne 0
        set -q words[1]; or __xmpp_describe (__xmpp_next_words "$name")
        return
    end
    set -l flags (__xmpp_flags "$name")
    set -l kind
    set -l position 1
    while set -q words[1]
        set -l word $words[1]
        set -e words[1]
        if test -n "$kind"
            set kind
        else if test "$word" = --
            if test "$name" = run
                complete -C (string join ' ' -- (string escape -- $words) $cur)
            else
                __fish_complete_path $cur
            end
            return
        else if not string match -qr '^-.' -- $word
            set position (math $position + 1)
        else
            set kind (string replace -f -- "$word=" '' (string match -- "$word=*" $flags))[1]
            test "$word" = --room; and set args (string replace contact room -- $args)
        end
    end
    if test -n "$kind"
        __xmpp_values $kind ''
    else if string match -q -- '--*=*' $cur
        set -l front (string split -m 1 = -- $cur)[1]=
        set kind (string replace -f -- "$front" '' (string match -- "$front*" $flags))[1]
        test -n "$kind"; and __xmpp_values $kind $front
    else if string match -q -- '-*' $cur
        __xmpp_describe (string replace -r '^(--?[a-z-]+)=\S+$' '$1' -- $flags)
    else if set -q args[1]
        set -q args[$position]; or set position (count $args)
        __xmpp_values $args[$position] ''
    end
end

complete -c xmpp -f -a '(__xmpp_complete)'
