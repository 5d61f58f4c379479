-- Videos: https://platform.openai.com/docs/api-reference/videos

local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

---@class (partial) oai.resource.Videos
---@method wait oai.WaitsForOne<oai.Video>
---@method poll oai.PollsOne<oai.Video>
---@method create_and_poll oai.Begins<oai.Video, oai.VideosCreateParams>

---@class (partial) oai.Video
---@method wait oai.Waits<oai.Video>

return resource {
  object = "video",
  methods = { wait = waiting.wait },
  wait = waiting.wait_by_id,
  poll = waiting.poll_by_id,
  create_and_poll = waiting.create_and_poll,
  create = { "POST /videos", form = { "input_reference", reference = true } },
  list = { "GET /videos", page = "conversation_cursor" },
  retrieve = "GET /videos/{video_id}",
  delete = "DELETE /videos/{video_id}",
  create_character = { "POST /videos/characters", form = { "video" }, object = "video.character" },
  get_character = { "GET /videos/characters/{character_id}", object = "video.character" },
  edit = { "POST /videos/edits", form = { "video", reference = true } },
  extend = { "POST /videos/extensions", form = { "video", reference = true } },
  download_content = { "GET /videos/{video_id}/content", returns = "bytes" },
  remix = "POST /videos/{video_id}/remix",
}
