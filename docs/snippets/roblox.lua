-- Roblox, a Script in ServerScriptService; "Allow HTTP Requests" on, and the key as a secret of the experience.
local HttpService = game:GetService("HttpService")

local url = "https://security.studio.example/api/telemetry/sessions"
local key = HttpService:GetSecret("gsa_key")
local maxAttempts = 8
local queue = {}

-- session: {player = tostring(userId), session_id = ..., recorded_at = DateTime.now():ToIsoDate(), ...}
local function addSession(session)
	table.insert(queue, session)
end

local function request(body)
	local isSent, answer = pcall(function()
		return HttpService:RequestAsync({
			Url = url,
			Method = "POST",
			Headers = { ["Content-Type"] = "application/json", ["X-API-Key"] = key },
			Body = body,
		})
	end)
	return isSent and answer or { StatusCode = 0, Headers = {} }
end

-- Sends what is queued, in batches. Sent again after a failure, a session counts once.
local function flush()
	while #queue > 0 do
		local batch = {}
		while #queue > 0 and #batch < 500 do
			table.insert(batch, table.remove(queue, 1))
		end
		local body = HttpService:JSONEncode({ sessions = batch })
		for attempt = 1, maxAttempts do
			local answer = request(body)
			local status = answer.StatusCode
			if status >= 200 and status < 300 then
				break
			end
			if (status >= 400 and status < 500 and status ~= 429) or attempt == maxAttempts then
				warn(#batch .. " sessions were refused: " .. status)
				break
			end
			local asked = tonumber(answer.Headers["retry-after"])
			task.wait(asked or math.random() * math.min(30, 2 ^ attempt))
		end
	end
end

game:BindToClose(flush)
task.spawn(function()
	while task.wait(10) do
		flush()
	end
end)

return { addSession = addSession, flush = flush }
