// Unity, on the game server: the key must never be in a client's build.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Text;
using UnityEngine;
using UnityEngine.Networking;

[Serializable]
public class Session
{
    public string player, session_id, recorded_at, game, mode;
    public float duration_minutes;
    public int kills, deaths, headshots, shots_fired, shots_hit;
}

[Serializable]
class Envelope
{
    public List<Session> sessions;
}

public class GameSecurity : MonoBehaviour
{
    const int MaxAttempts = 8;
    const int MaxRows = 1000;
    [SerializeField] string url = "https://security.studio.example";
    readonly List<Session> queue = new List<Session>();

    // recorded_at: DateTime.UtcNow.ToString("o")
    public void Add(Session session) => queue.Add(session);

    void Start() => StartCoroutine(SendForever());

    IEnumerator SendForever()
    {
        while (true)
        {
            yield return new WaitForSecondsRealtime(5);
            while (queue.Count > 0)
            {
                var batch = queue.GetRange(0, Math.Min(queue.Count, MaxRows));
                queue.RemoveRange(0, batch.Count);
                yield return Send(JsonUtility.ToJson(new Envelope { sessions = batch }));
            }
        }
    }

    // Sent again after a failure, a session counts once.
    IEnumerator Send(string json)
    {
        for (int attempt = 1; attempt <= MaxAttempts; attempt++)
        {
            using (var request = new UnityWebRequest($"{url}/api/telemetry/sessions", "POST"))
            {
                request.uploadHandler = new UploadHandlerRaw(Encoding.UTF8.GetBytes(json));
                request.downloadHandler = new DownloadHandlerBuffer();
                request.timeout = 30;
                request.SetRequestHeader("Content-Type", "application/json");
                request.SetRequestHeader("X-API-Key", Environment.GetEnvironmentVariable("GSA_KEY"));
                yield return request.SendWebRequest();

                long status = request.responseCode;
                if (status >= 200 && status < 300)
                {
                    if (!request.downloadHandler.text.Contains("\"rejected\":[]"))
                        Debug.LogWarning(request.downloadHandler.text);
                    yield break;
                }
                if (status >= 400 && status < 500 && status != 429)
                {
                    Debug.LogError($"Sessions were refused: {status} {request.downloadHandler.text}");
                    yield break;
                }
                bool isAsked = float.TryParse(request.GetResponseHeader("Retry-After"), out float seconds);
                yield return new WaitForSecondsRealtime(
                    isAsked ? seconds : UnityEngine.Random.Range(0f, Mathf.Min(30f, Mathf.Pow(2f, attempt))));
            }
        }
        Debug.LogError("Sessions could not be sent.");
    }
}
