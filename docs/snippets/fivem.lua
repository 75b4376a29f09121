-- FiveM, server side. In server.cfg: set gsa_url "https://..." and set gsa_key "gsk_..." (not setr: clients read those).
local url = GetConvar("gsa_url", "") .. "/api/telemetry/sessions"
local key = GetConvar("gsa_key", "")
local maxAttempts = 8

-- sessions: a list of {player = ..., session_id = ..., recorded_at = ..., ...}, at most 1,000.
function SendSessions(sessions, attempt)
    attempt = attempt or 1
    PerformHttpRequest(url, function(status, body, headers)
        if status >= 200 and status < 300 then
            -- What is wrong with a row does not mend by itself: look at why.
            for _, row in ipairs(json.decode(body).rejected) do
                print(("session %s was rejected: %s %s"):format(
                    sessions[row.index + 1].session_id, row.pointer, row.detail))
            end
            return
        end
        local isPassing = status == 0 or status == 429 or status >= 500
        if not isPassing or attempt >= maxAttempts then
            print(("%d sessions were refused: %d"):format(#sessions, status))
            return
        end
        -- Sent again, a session counts once. Chance keeps servers from coming back all together.
        local wait = tonumber((headers or {})["Retry-After"] or (headers or {})["retry-after"])
        local ms = wait and wait * 1000 or math.random(0, math.min(60000, 1000 * 2 ^ attempt) // 1)
        SetTimeout(ms, function() SendSessions(sessions, attempt + 1) end)
    end, "POST", json.encode({ sessions = sessions }), {
        ["Content-Type"] = "application/json",
        ["X-API-Key"] = key,
    })
end
