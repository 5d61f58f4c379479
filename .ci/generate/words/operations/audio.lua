-- What the operations of client.audio do.

return {
  ["audio.speech.create"] = "Reads a text aloud, and returns the bytes of the sound, or a stream of its parts.",
  ["audio.transcriptions.create"] =
    "Writes down what is said in a recording, and returns an object, plain text or subtitles, as `response_format` "
      .. "says.",
  ["audio.translations.create"] =
    "Writes down in English what is said in a recording in another language, and returns it.",
  ["audio.voice_consents.create"] =
    "Uploads a recording in which a speaker agrees to a voice like theirs; `voices.create` asks for it. Returns the "
      .. "consent.",
  ["audio.voice_consents.delete"] = "Deletes a speaker's consent with its recording, and returns a confirmation.",
  ["audio.voice_consents.list"] = "Returns a page of the consents that speakers have given.",
  ["audio.voice_consents.retrieve"] =
    "Returns what is known of a speaker's consent; the recording itself cannot be had.",
  ["audio.voice_consents.update"] = "Renames a speaker's consent, and returns it; the recording stays as it is.",
  ["audio.voices.create"] =
    "Makes a voice of your own, from a recording and the speaker's consent or from a description, and returns it.",
  ["audio.voices.delete"] = "Deletes a voice of your own, and returns a confirmation.",
}
