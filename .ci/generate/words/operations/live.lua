-- What the operations of client.live do.

return {
  ["live.create"] = "Begins a Live session over WebRTC from an SDP offer, and returns the session and the answer.",
  ["live.sessions.accept"] =
    "Takes a phone call that has come in, as a Live session with these settings, and returns `true`.",
  ["live.sessions.download_recording"] = "Downloads the recording of a Live session, and returns its bytes.",
  ["live.sessions.fork"] =
    "Begins another Live session that goes on from where this one is, and returns it with its transport.",
  ["live.sessions.hangup"] = "Ends the phone call of a Live session, and returns `true`.",
  ["live.sessions.refer"] =
    "Hands the phone call of a Live session on to another number or address, and returns `true`.",
  ["live.sessions.reject"] = "Turns down a phone call that has come in for Live, and returns `true`.",
}
