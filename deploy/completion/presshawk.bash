# Bash completion of presshawk: source it, or put it into
# /usr/share/bash-completion/completions/presshawk.

_presshawk() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]} words=""
  if [ "$COMP_CWORD" = 1 ]; then
    words="run deliver match check test explain backtest bench fmt forms import produce deadletter stories subscriptions deliveries receivers silences ledger tokens status demo --help --version"
  else
    case $previous in
      --from) [ "$command" = import ] && words="brandwatch meltwater factiva lexisnexis cision talkwalker lucene google" ;;
      --distance) words="words positions" ;;
      --reason) words="too_large not_utf8 too_deep not_json not_an_object missing_text engine_failure alert_too_large" ;;
      --engine) words="auto hyperscan tokens" ;;
      --scope) words="read act admin" ;;
      --format) words="text json csv csv-days csv-relevance sarif yaml ndjson" ;;
      -m | --mapping) words="generic newsapi ninjs1 ninjs3 webz eventregistry schemaorg" ;;
    esac
    if [ "$command" = deadletter ] && [ "$COMP_CWORD" = 2 ] && [ "${current#-}" = "$current" ]; then
      words="list show replay"
    fi
    if [ "$command" = subscriptions ] && [ "$COMP_CWORD" = 2 ] && [ "${current#-}" = "$current" ]; then
      words="list check explain simulate"
    fi
    if [ "$COMP_CWORD" = 2 ] && [ "${current#-}" = "$current" ]; then
      case $command in
        deliveries) words="list show replay cancel" ;;
        receivers) words="list test pause resume" ;;
        silences) words="list add end" ;;
        ledger) words="status backup forget" ;;
        tokens) words="create list revoke" ;;
      esac
    fi
    if [ -z "$words" ] && [ "${current#-}" != "$current" ]; then
      case $command in
        run) words="--config --help" ;;
        match) words="-w --watchlists -m --mapping --workers --engine --cache --format --matches-only --stories --strict --rejects --help" ;;
        check) words="--config --config-only --connect -w --watchlists -m --mapping --format --help" ;;
        test) words="-w --watchlists --junit --engine --help" ;;
        explain) words="-w --watchlists --id --article -m --mapping --format --help" ;;
        import) words="--from --lines --format --distance --help" ;;
        backtest) words="-w --watchlists --old -m --mapping --config --topic --from --to --format --html --limit --samples --workers --engine --help" ;;
        bench) words="-w --watchlists -m --mapping --bytes --rounds --engine --compare --top --format --help" ;;
        fmt) words="-w --watchlists --help" ;;
        forms) words="--lang --tsv --tables --help" ;;
        stories) words="-m --mapping --window --relations --help" ;;
        produce) words="--config --topic --help" ;;
        deadletter)
          words="--help"
          [ "$COMP_CWORD" -gt 2 ] && case ${COMP_WORDS[2]} in
            list) words="--config --file --reason --topic --partition --offset --since --until --key --id --limit --format --replayed --help" ;;
            show) words="--config --file --format --hex --raw --help" ;;
            replay) words="--config --file --reason --topic --partition --offset --since --until --key --id --limit --all --to --to-file --dry-run --max-replays --force --again --timeout --help" ;;
          esac
          ;;
        subscriptions)
          words="--help"
          [ "$COMP_CWORD" -gt 2 ] && case ${COMP_WORDS[2]} in
            list | check) words="--config --at --format --help" ;;
            explain) words="--config --at --format --from --help" ;;
            simulate) words="--config --at --from --last --until --help" ;;
          esac
          ;;
        deliver) words="--config --rebuild --from --help" ;;
        deliveries)
          words="--help"
          [ "$COMP_CWORD" -gt 2 ] && case ${COMP_WORDS[2]} in
            list) words="--config --subscription --receiver --alert --article --story --state --from --until --format --limit --after --help" ;;
            show | cancel) words="--config --help" ;;
            replay) words="--config --subscription --receiver --alert --article --story --state --from --until --to --dry-run --help" ;;
          esac
          ;;
        receivers)
          words="--help"
          [ "$COMP_CWORD" -gt 2 ] && case ${COMP_WORDS[2]} in
            list) words="--config --format --help" ;;
            test | pause | resume) words="--config --help" ;;
          esac
          ;;
        silences)
          words="--help"
          [ "$COMP_CWORD" -gt 2 ] && case ${COMP_WORDS[2]} in
            list) words="--config --format --help" ;;
            add) words="--config --watchlist --label --where --until --author --comment --tell --dry-run --help" ;;
            end) words="--config --help" ;;
          esac
          ;;
        tokens)
          words="--help"
          [ "$COMP_CWORD" -gt 2 ] && case ${COMP_WORDS[2]} in
            create) words="--config --scope --expires --name --help" ;;
            list) words="--config --format --help" ;;
            revoke) words="--config --help" ;;
          esac
          ;;
        ledger)
          words="--help"
          [ "$COMP_CWORD" -gt 2 ] && case ${COMP_WORDS[2]} in
            status | backup) words="--config --help" ;;
            forget) words="--config --article --source --address --help" ;;
          esac
          ;;
        status) words="--url --token-file --format --help" ;;
        demo) words="--listen --once --help" ;;
      esac
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F _presshawk presshawk
