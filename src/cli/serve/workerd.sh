#!/bin/sh
# Runs workerd for Miniflare, and says which process it is, so that it can be asked to finish its requests: Miniflare
# itself would only kill it. It never starts again once a stop was asked for, and never outlives us where Linux can help.
[ -e "$SERVE_RUN/stopping" ] && exit 0
echo $$ > "$SERVE_RUN/pid"
if command -v setpriv > /dev/null 2>&1; then
  exec setpriv --pdeathsig KILL -- "$SERVE_WORKERD" "$@"
fi
exec "$SERVE_WORKERD" "$@"
