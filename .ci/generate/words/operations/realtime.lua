-- What the operations of client.realtime do.

return {
  ["realtime.calls.accept"] =
    "Takes a phone call that has come in, with the session that is to answer it, and returns `true`.",
  ["realtime.calls.create"] =
    "Begins a call over WebRTC from an SDP offer, and returns the SDP answer and, third, the call.",
  ["realtime.calls.hangup"] = "Ends a call, and returns `true`.",
  ["realtime.calls.refer"] = "Hands a phone call on to another number or address, and returns `true`.",
  ["realtime.calls.reject"] = "Turns down a phone call that has come in, and returns `true`.",
  ["realtime.client_secrets.create"] =
    "Makes a key for ten minutes, or as long as asked, for an app that must not have the real one. Returns it and its "
      .. "session.",
  ["realtime.translations.client_secrets.create"] =
    "Makes a short-lived key, with which an app opens sessions of live translation, and returns it.",
}
