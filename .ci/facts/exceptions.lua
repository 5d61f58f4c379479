-- Where the library and a source differ and both are to stay as they are:
-- { operation, column, what the source says, why }. `*` stands for anything;
-- "-" is nothing; the column `operation` is the operation as a whole. What
-- else the source comes to say there is told.

local PAGED = "buckets are paged by next_page; the package leaves that to programs"
local ADMIN = "the API's documentation asks for an admin key"
local LEGACY = "the API's file has other fields of it, and its types are those; what is given is sent"
local TEXT = "an answer in SDP is text"
local PARTS = "its parts are made by the line's function"
local FORMAT = "response_format decides; a text has no JSON"
local NODE = "openai-node has it"
local FILES = "the API's file requires it"
local TOKEN = "a list of one page, whose token no parameter takes"

return {
  python = {
    { "admin.organization.usage.*", "page", "-", PAGED },
    { "audio.voice_consents.list", "page", "cursor", "the API's file has last_id: the id of the last item" },
    { "beta.agents.sessions.create", "body.spend_control", "-", NODE },
    { "beta.agents.sessions.update", "body.spend_control", "-", NODE },
    { "beta.realtime.sessions.create", "body.client_secret", ":o", LEGACY },
    { "beta.realtime.sessions.create", "body.input_audio_noise_reduction", ":o", LEGACY },
    { "beta.realtime.sessions.create", "body.model", ":s", LEGACY },
    { "beta.realtime.sessions.create", "body.prompt", "-", LEGACY },
    { "beta.realtime.sessions.create", "body.truncation", "-", LEGACY },
    { "beta.realtime.sessions.create", "body.voice", ":s", LEGACY },
    { "beta.realtime.transcription_sessions.create", "body.client_secret", ":o", LEGACY },
    { "beta.realtime.transcription_sessions.create", "body.modalities", ":a", LEGACY },
    { "fine_tuning.alpha.graders.run", "body.item", ":o", "an object of any fields is a map" },
    { "fine_tuning.checkpoints.permissions.*", "admin", "-", ADMIN },
    { "realtime.calls.create", "reply", "bytes", TEXT },
    { "realtime.calls.create", "files", "-", PARTS },
    { "skills.create", "form.files", ":fF", FILES },
    { "skills.versions.create", "form.files", ":fF", FILES },
    { "vector_stores.files.content", "page", "page", TOKEN },
    { "vector_stores.search", "page", "page", TOKEN },
  },
  openapi = {
    { "audio.transcriptions.create", "reply", "-", FORMAT },
    { "audio.transcriptions.create", "reply", "json", FORMAT },
    { "audio.translations.create", "reply", "-", FORMAT },
    { "audio.translations.create", "reply", "json", FORMAT },
    { "containers.files.content.retrieve", "reply", "empty", "the file leaves out what comes: the bytes" },
    { "fine_tuning.alpha.graders.run", "body.item", ":o", "an object of any fields is a map" },
    { "fine_tuning.checkpoints.permissions.*", "admin", "-", ADMIN },
    { "realtime.calls.create", "files", "-", PARTS },
  },
}
