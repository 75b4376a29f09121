// SourceMod with the REST in Pawn extension (ripext). Key and address: cfg/sourcemod/game_security.cfg.
#include <sourcemod>
#include <ripext>

#pragma semicolon 1
#pragma newdecls required

#define MAX_ATTEMPTS 8

ConVar g_Url;
ConVar g_Key;

public void OnPluginStart()
{
    g_Url = CreateConVar("gsa_url", "", "Address of the service", FCVAR_PROTECTED);
    g_Key = CreateConVar("gsa_key", "", "API key with the scope telemetry:write", FCVAR_PROTECTED);
    AutoExecConfig(true, "game_security");
}

// Call it at the end of a match, once a player; matchId must be unique.
void SendSession(int client, const char[] matchId, int kills, int deaths, int headshots)
{
    char player[32], sessionId[128], recordedAt[32];
    if (!GetClientAuthId(client, AuthId_SteamID64, player, sizeof(player)))
        return;
    Format(sessionId, sizeof(sessionId), "%s:%s", matchId, player);
    // SourceMod formats local time: the server's clock has to be set to UTC.
    FormatTime(recordedAt, sizeof(recordedAt), "%Y-%m-%dT%H:%M:%SZ", GetTime());

    JSONObject session = new JSONObject();
    session.SetString("player", player);
    session.SetString("session_id", sessionId);
    session.SetString("recorded_at", recordedAt);
    session.SetString("game", "csgo");
    session.SetInt("kills", kills);
    session.SetInt("deaths", deaths);
    session.SetInt("headshots", headshots);
    Post(session, 1);
    delete session;
}

void Post(JSONObject session, int attempt)
{
    char url[256], key[128];
    g_Url.GetString(url, sizeof(url));
    g_Key.GetString(key, sizeof(key));
    StrCat(url, sizeof(url), "/api/telemetry/sessions");

    JSONArray sessions = new JSONArray();
    sessions.Push(session);
    JSONObject body = new JSONObject();
    body.Set("sessions", sessions);

    DataPack again = new DataPack();
    again.WriteCell(attempt);
    char text[1024];
    session.ToString(text, sizeof(text));
    again.WriteString(text);

    HTTPRequest request = new HTTPRequest(url);
    request.SetHeader("X-API-Key", "%s", key);
    request.Post(body, OnAnswer, again);
    delete sessions;
    delete body;
}

void OnAnswer(HTTPResponse response, DataPack again)
{
    int status = view_as<int>(response.Status);
    again.Reset();
    int attempt = again.ReadCell();
    bool isPassing = status == 0 || status == 429 || status >= 500;
    if (status >= 200 && status < 300)
        delete again;
    else if (isPassing && attempt < MAX_ATTEMPTS)
        CreateTimer(GetRandomFloat(0.0, float(1 << attempt)), SendAgain, again);
    else
    {
        LogError("A session was refused: %d", status);
        delete again;
    }
}

// Sent again, a session counts once.
Action SendAgain(Handle timer, DataPack again)
{
    char text[1024];
    again.Reset();
    int attempt = again.ReadCell();
    again.ReadString(text, sizeof(text));
    delete again;
    JSONObject session = JSONObject.FromString(text);
    Post(session, attempt + 1);
    delete session;
    return Plugin_Stop;
}
