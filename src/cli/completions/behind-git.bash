
# git's completion calls this for 'git skillsync …'; git and its own options are left out.
_git_skillsync() {
    local at=0
    while [ "$at" -lt "$cword" ] && [ "${words[at]}" != skillsync ]; do at=$((at + 1)); done
    local COMP_WORDS=(git-skillsync "${words[@]:at+1}") COMP_CWORD=$((cword - at))
    _git__skillsync git-skillsync "$cur" "${words[cword-1]}"
}
