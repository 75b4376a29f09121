#!/bin/sh
# URL: the service. GSA_KEY: an API key with the scope telemetry:write.
set -eu

# The same session_id again changes nothing, so a failed request can simply be sent again.
curl --fail-with-body --silent --show-error --retry 5 --retry-connrefused \
  -H "X-API-Key: $GSA_KEY" -H "Content-Type: application/json" \
  "$URL/api/telemetry/sessions" -d '{
    "sessions": [{
      "player": "76561198000000000", "session_id": "match-1", "recorded_at": "2026-11-20T20:15:00Z",
      "game": "cs2", "mode": "premier", "duration_minutes": 34,
      "kills": 16, "deaths": 12, "headshots": 9, "shots_fired": 290, "shots_hit": 54
    }]
  }'
