
_clap_complete_shardwright() {
    local IFS=$'\013'
    local _CLAP_COMPLETE_INDEX=${COMP_CWORD}
    local _CLAP_COMPLETE_COMP_TYPE=${COMP_TYPE}
    if compopt +o nospace 2> /dev/null; then
        local _CLAP_COMPLETE_SPACE=false
    else
        local _CLAP_COMPLETE_SPACE=true
    fi
    local words=("${COMP_WORDS[@]}")
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        words[COMP_CWORD]="$2"
    fi
    COMPREPLY=( $( \
        _CLAP_IFS="$IFS" \
        _CLAP_COMPLETE_INDEX="$_CLAP_COMPLETE_INDEX" \
        _CLAP_COMPLETE_COMP_TYPE="$_CLAP_COMPLETE_COMP_TYPE" \
        _CLAP_COMPLETE_SPACE="$_CLAP_COMPLETE_SPACE" \
        SHARDWRIGHT_COMPLETE="bash" \
        "shardwright" -- "${words[@]}" \
    ) )
    if [[ $? != 0 ]]; then
        unset COMPREPLY
    elif [[ $_CLAP_COMPLETE_SPACE == false ]] && [[ "${COMPREPLY-}" =~ [=/:]$ ]]; then
        compopt -o nospace
    fi
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _clap_complete_shardwright shardwright
else
    complete -o nospace -o bashdefault -F _clap_complete_shardwright shardwright
fi


_shardwright() {
    local line=$COMP_LINE words=() last=-1 index=0 i word
    for i in "${!COMP_WORDS[@]}"; do
        word=${COMP_WORDS[i]}
        if ((last >= 0)) && [[ $line != [[:space:]]* ]]; then
            words[last]+=$word
        else
            line=${line#"${line%%[![:space:]]*}"}
            words[++last]=$word
        fi
        line=${line#"$word"}
        if ((i == COMP_CWORD)); then index=$last; fi
    done
    local current=${words[index]}
    local before=${current%"$2"}
    COMP_WORDS=("${words[@]}")
    COMP_CWORD=$index
    _clap_complete_shardwright "$1" "$current" "$3"
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
complete -o nospace -o bashdefault -F _shardwright shardwright
