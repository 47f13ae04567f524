# hoiam.bash: completion of hoiam(1) in bash.

complete -o default hoiam
