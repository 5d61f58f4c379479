-- Audio: https://platform.openai.com/docs/api-reference/audio

local resource = require("oai.call.definition").new

return resource {
  speech = resource {
    create = { "POST /audio/speech", stream = "speech", returns = "bytes", accept = "application/octet-stream" },
  },
  transcriptions = resource {
    create = { "POST /audio/transcriptions", stream = "transcription", form = { "file" }, returns = "json_or_text" },
  },
  translations = resource {
    create = { "POST /audio/translations", form = { "file" }, returns = "json_or_text" },
  },
  voice_consents = resource {
    object = "audio.voice_consent",
    create = { "POST /audio/voice_consents", form = { "recording" } },
    list = { "GET /audio/voice_consents", page = "conversation_cursor" },
    retrieve = "GET /audio/voice_consents/{consent_id}",
    update = "POST /audio/voice_consents/{consent_id}",
    delete = "DELETE /audio/voice_consents/{consent_id}",
  },
  voices = resource {
    object = "audio.voice",
    create = { "POST /audio/voices", form = { "audio_sample" } },
    delete = "DELETE /audio/voices/{voice_id}",
  },
}
